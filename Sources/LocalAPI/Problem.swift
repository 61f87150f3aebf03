import HTTPTypes
import Hummingbird
import HummingbirdCore
import NIOCore
import Retail

/// Errors as `application/problem+json` (RFC 9457), with a stable `code`, the `thing` it is about, and the `cure`.
enum Problem {
    static func response(_ error: RetailError) -> Response {
        let status = status(of: error.code)
        let body: JSONValue = [
            "type": "about:blank", "title": .text(status.reasonPhrase), "status": .integer(Int64(status.code)),
            "detail": .text(error.what), "code": .text(error.code.rawValue), "thing": .text(error.thing),
            "cure": .text(error.cure),
        ]
        var response = JSONResponse.make(body, status: status, type: "application/problem+json")
        if error.code == .unauthorized { response.headers[.wwwAuthenticate] = "Bearer" }
        return response
    }

    /// Whatever a request can cause, as an error of the trade.
    static func error(of error: any Error) -> RetailError {
        switch error {
        case let error as RetailError: return error
        case is NIOTooManyBytesError: return tooLarge
        case let error as HTTPError where error.status == .contentTooLarge: return tooLarge
        case let error as HTTPError where error.status == .notFound || error.status == .methodNotAllowed:
            return RetailError(
                .noSuchRoute,
                "path",
                "there is nothing at this path, or not by this method",
                cure:
                    "see /openapi.json: a change is a POST, a question a GET, and the other side has commands of its own"
            )
        default:
            return RetailError(.fault, "request", "\(error)", cure: "please report it")
        }
    }

    static func status(of code: RetailError.Code) -> HTTPResponse.Status {
        switch code {
        case .noRights, .notNow, .noStore, .wrongNode, .otherSchema: .conflict
        case .notFound, .noSuchRoute: .notFound
        case .badInput: .badRequest
        case .keyReused: .unprocessableContent
        case .wrongCode, .forbidden: .forbidden
        case .tooManyTries: .tooManyRequests
        case .busy: .serviceUnavailable
        case .storage: HTTPResponse.Status(code: 507, reasonPhrase: "Insufficient Storage")
        case .unauthorized: .unauthorized
        case .tooLarge: .contentTooLarge
        case .fault: .internalServerError
        }
    }

    private static var tooLarge: RetailError {
        RetailError(
            .tooLarge,
            "body",
            "the request has more than \(APILimits.bodyBytesMax) bytes",
            cure: "send it in parts, each with a key of its own"
        )
    }
}

enum JSONResponse {
    static func make(_ body: JSONValue, status: HTTPResponse.Status = .ok, type: String = "application/json")
        -> Response
    {
        Response(
            status: status,
            headers: [.contentType: type, .cacheControl: "no-store"],
            body: .init(byteBuffer: ByteBuffer(bytes: body.bytes))
        )
    }
}

/// Every error that reaches it becomes a problem; nothing passes as an empty answer.
struct ProblemMiddleware<Context: RequestContext>: RouterMiddleware {
    @concurrent func handle(
        _ request: Request,
        context: Context,
        next: @concurrent (Request, Context) async throws -> Response
    ) async throws -> Response {
        do { return try await next(request, context) } catch { return Problem.response(Problem.error(of: error)) }
    }
}
