import Foundation
import FoundationNetworking
import Rehearsal
import Testing

/// A client of one node's HTTP API.
struct NodeClient: Sendable {
    /// `127.0.0.1:PORT`.
    let address: String
    var key: String?
    var headers: [String: String] = [:]

    /// Strikes while commands are under way, and which node this is; nil: nobody does.
    var trouble: (node: String, Trouble)?

    /// As it came.
    struct Reply: Sendable {
        let status: Int
        let type: String
        let isReplayed: Bool
        let bytes: Data
    }

    struct Answer {
        let status: Int
        let type: String
        let isReplayed: Bool
        let body: [String: Any]

        init(_ reply: Reply) throws {
            (status, type, isReplayed) = (reply.status, reply.type, reply.isReplayed)
            body = try JSONSerialization.jsonObject(with: reply.bytes) as? [String: Any] ?? [:]
        }

        subscript(name: String) -> Any? { body[name] }

        func text(_ name: String) -> String { body[name] as? String ?? "" }
        func number(_ name: String) -> Int { (body[name] as? NSNumber)?.intValue ?? -1 }
        func list(_ name: String) -> [[String: Any]] { body[name] as? [[String: Any]] ?? [] }
    }

    /// Asks for a change, in JSON.
    @discardableResult
    func post(_ command: String, _ body: String, idempotency: String? = UUID().uuidString) async throws -> Answer {
        try await Answer(Self.send(posting(command, body, idempotency, at: address)))
    }

    /// Asks for a change that must be done: in a storm again and again, with the same key.
    @discardableResult
    func done(
        _ command: String,
        _ body: String,
        idempotency: String = UUID().uuidString,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> Answer {
        let answer: Answer
        if let (node, trouble) = trouble {
            let request = try posting(command, body, idempotency, at: address)
            answer = try Answer(
                try await trouble.around(node, at: address) { address in
                    var again = request
                    again.url = URL(string: "http://\(address)/v1/\(command)")
                    return try await Self.send(again)
                }
            )
        } else {
            answer = try await post(command, body, idempotency: idempotency)
        }
        #expect(answer.status == 200, "\(command): \(answer.body)", sourceLocation: sourceLocation)
        return answer
    }

    func get(_ path: String) async throws -> Answer { try await Answer(Self.send(request(path, at: address))) }

    private func posting(_ command: String, _ body: String, _ key: String?, at address: String) throws -> URLRequest {
        var request = try request("/v1/\(command)", at: address)
        request.httpMethod = "POST"
        request.httpBody = Data(body.utf8)
        request.setValue("application/json", forHTTPHeaderField: "Content-Type")
        if let key { request.setValue(key, forHTTPHeaderField: "Idempotency-Key") }
        return request
    }

    private func request(_ path: String, at address: String) throws -> URLRequest {
        var request = URLRequest(url: try #require(URL(string: "http://\(address)\(path)")), timeoutInterval: 20)
        if let key { request.setValue("Bearer \(key)", forHTTPHeaderField: "Authorization") }
        for (name, value) in headers { request.setValue(value, forHTTPHeaderField: name) }
        return request
    }

    private static func send(_ request: URLRequest) async throws -> Reply {
        let (data, response) = try await URLSession.shared.data(for: request)
        let http = try #require(response as? HTTPURLResponse)
        return Reply(
            status: http.statusCode,
            type: http.value(forHTTPHeaderField: "Content-Type") ?? "",
            isReplayed: http.value(forHTTPHeaderField: "Idempotent-Replay") == "true",
            bytes: data
        )
    }
}

extension World {
    /// The HTTP API of a running node.
    func client(_ node: String) async throws -> NodeClient {
        var client = NodeClient(address: try await network.http(node))
        client.trouble = trouble.map { (node, $0) }
        return client
    }
}
