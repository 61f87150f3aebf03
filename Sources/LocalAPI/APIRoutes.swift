import ChangeLog
import HTTPTypes
import Hummingbird
import HummingbirdCore
import NIOCore
import NIOPosix
import Retail

/// The routes of a node: one for each command that works there, and the document that lists them.
///
///     POST /v1/COMMAND     a change: a JSON object, with the header Idempotency-Key
///     GET  /v1/COMMAND     a question: its fields stand in the query
///     GET  /openapi.json   the document
struct APIRoutes: Sendable {
    static let replayed = HTTPField.Name("Idempotent-Replay")
    static let key = HTTPField.Name("Idempotency-Key")

    let desk: RetailDesk
    let doorkeeper: Doorkeeper
    let board: StandingBoard

    /// The commands that this node serves.
    static func commands(atHub isHub: Bool) -> [RetailCommand] { RetailCommand.all.filter { $0.works(atHub: isHub) } }

    static func path(of command: RetailCommand) -> String { "/v1/\(command.name)" }

    func router() -> Router<CallerContext> {
        let router = Router(context: CallerContext.self)
        router.add(middleware: ProblemMiddleware())
        let document = APIDocument(isHub: desk.node.isHub).json
        router.get("/openapi.json") { request, context in
            _ = try doorkeeper.role(of: request, context)
            return JSONResponse.make(document)
        }
        for command in Self.commands(atHub: desk.node.isHub) {
            router.on(RouterPath(Self.path(of: command)), method: command.isChange ? .post : .get) { request, context in
                try await answer(command, request, context)
            }
        }
        return router
    }

    private func answer(_ command: RetailCommand, _ request: Request, _ context: CallerContext) async throws -> Response
    {
        let role = try doorkeeper.role(of: request, context)
        guard command.mayBeAsked(by: role) else {
            let roles = command.roles.map(\.rawValue).sorted().joined(separator: ", ")
            throw RetailError(
                .forbidden,
                command.name,
                "a key of the role \(role.rawValue) may not ask for \(command.name)",
                cure: "use a key of the role \(roles) or operator"
            )
        }
        let asked = command.isChange ? try await Self.body(of: request) : try Query.value(of: request, command.fields)
        let key = try Self.key.flatMap { request.headers[$0] }.map { text throws(RetailError) in
            try IdempotencyKey(text)
        }
        let answer = try await answer(command, asked, key)
        var response = JSONResponse.make(answer.value)
        if answer.isRepeated, let replayed = Self.replayed { response.headers[replayed] = "true" }
        return response
    }

    /// A refusal that may come of an old look at the stores is not told before a fresh one: a store that has just joined
    /// or come back is there for the first who asks.
    func answer(
        _ command: RetailCommand,
        _ asked: JSONValue,
        _ key: IdempotencyKey?
    ) async throws -> RetailDesk.Answer {
        let stores = board.stores
        do {
            return try await answer(command, asked, key, stores)
        } catch let refusal as RetailError where refusal.code == .noStore || refusal.code == .notFound {
            let fresh = try await board.look()
            guard fresh != stores else { throw refusal }
            return try await answer(command, asked, key, fresh)
        }
    }

    private func answer(
        _ command: RetailCommand,
        _ asked: JSONValue,
        _ key: IdempotencyKey?,
        _ stores: [StoreStanding]
    ) async throws -> RetailDesk.Answer {
        let desk = desk
        // SQLite blocks; the threads of the pool are there for that.
        return try await NIOThreadPool.singleton.runIfActive {
            try desk.answer(command, asked, key: key, stores: stores)
        }
    }

    /// Whatever the type says: a web page cannot send the header that a change needs.
    private static func body(of request: Request) async throws -> JSONValue {
        let buffer = try await request.body.collect(upTo: APILimits.bodyBytesMax)
        return try JSONValue(parsing: buffer.readableBytesView)
    }
}

/// A question's fields out of a URL.
enum Query {
    static func value(of request: Request, _ fields: [Field]) throws -> JSONValue {
        var members: [String: JSONValue] = [:]
        for (name, text) in request.uri.queryParameters {
            let name = String(name)
            guard members[name] == nil else {
                throw RetailError.badInput(name, "it stands in the query twice", cure: "give it once")
            }
            members[name] = value(String(text), fields.first { $0.name == name })
        }
        return .object(members)
    }

    /// What is not of the field's kind stays a text, and is refused as one.
    private static func value(_ text: String, _ field: Field?) -> JSONValue {
        switch field?.kind {
        case .integer?: Int64(text).map { .integer($0) } ?? .text(text)
        case .boolean?: text == "true" ? true : text == "false" ? false : .text(text)
        default: .text(text)
        }
    }
}
