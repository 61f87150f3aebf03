import HTTPTypes
import Hummingbird
import HummingbirdCore
import NIOCore
import Retail

/// One request, and from where it came.
struct CallerContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    let isFromHere: Bool

    init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        isFromHere = source.channel.remoteAddress.map(Self.isLoopback) ?? false
    }

    var maxUploadSize: Int { APILimits.bodyBytesMax }

    private static func isLoopback(_ address: SocketAddress) -> Bool {
        switch address {
        case .v4: address.ipAddress?.utf8.starts(with: "127.".utf8) ?? false
        case .v6: address.ipAddress == "::1"
        case .unixDomainSocket: true
        }
    }
}

/// Who may ask.
///
/// Law: a key that is sent must stand. Without one, only a program on this machine is heard, and only when it is no web
/// page: a browser names the page in `Origin`, and a name that an attacker's DNS points here in `Host`.
struct Doorkeeper: Sendable {
    let keys: APIKeys

    func role(of request: Request, _ context: CallerContext) throws -> RetailCommand.Role {
        if let authorization = request.headers[.authorization] {
            let words = authorization.split(separator: " ", omittingEmptySubsequences: true)
            guard words.count == 2, words[0].lowercased() == "bearer", let role = try keys.role(of: words[1]) else {
                throw RetailError(
                    .unauthorized,
                    "Authorization",
                    "the key is unknown, or was revoked",
                    cure: "send `Authorization: Bearer KEY` with a key that `linli key add` made at this node"
                )
            }
            return role
        }
        let host = request.head.authority.map { $0.split(separator: ":")[...] }?.first.map(String.init) ?? ""
        let isNamedHere = ["localhost", "127.0.0.1", "[", ""].contains(host)
        guard context.isFromHere, isNamedHere, request.headers[.origin] == nil else {
            throw RetailError(
                .unauthorized,
                "Authorization",
                "from elsewhere nothing is open without a key",
                cure: "make one with `linli key add` at this node, and send `Authorization: Bearer KEY`"
            )
        }
        return .operator
    }
}
