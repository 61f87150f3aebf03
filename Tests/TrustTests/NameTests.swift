import ChangeLog
import Testing

@testable import Trust

@Suite("Names and addresses")
struct NameTests {
    @Test("an identity is written as a URI in one way only", arguments: ["corner", "邻里 南京", "a%2Fb/c", "..", "é"])
    func identities(network: String) throws {
        let name = try #require(NetworkName(network))
        for node in ["hub", "nanjing-3", "a.b_c"] {
            let identity = PeerIdentity(network: name, node: try #require(NodeName(node)))
            #expect(identity.uri.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f })
            #expect(PeerIdentity(uri: identity.uri) == identity)
        }
    }

    @Test(
        "a URI that is written otherwise names nobody",
        arguments: [
            "", "linli://", "linli:///hub", "linli://corner", "linli://corner/", "linli://corner/HUB",
            "LINLI://corner/hub",
            "linli://corner/store/", "linli://corner/store/hub", "linli://corner/store/a/b", "linli://corner/store/Ä",
            "linli://c%6Frner/hub", "linli://c%6frner/hub", "linli://%/hub", "linli://%E4/hub", "linli://a b/hub",
            "linli://corner/hub?x", "linli://\u{0}/hub",
        ]
    )
    func foreignURIs(uri: String) { #expect(PeerIdentity(uri: uri) == nil) }

    @Test("a network's name has 1 to 63 bytes, no control characters, and is compared as bytes")
    func networkNames() {
        #expect(NetworkName("") == nil)
        #expect(NetworkName("a\nb") == nil)
        #expect(NetworkName(String(repeating: "a", count: 63)) != nil)
        #expect(NetworkName(String(repeating: "a", count: 64)) == nil)
        #expect(NetworkName("e\u{301}") != NetworkName("\u{e9}"))
    }

    @Test("an endpoint is HOST:PORT, with brackets around IPv6")
    func endpoints() throws {
        for (text, host, port) in [
            ("hub.example:7411", "hub.example", 7411), ("0.0.0.0:0", "0.0.0.0", 0), ("[::1]:65535", "::1", 65535),
            ("[fe80::1%eth0]:1", "fe80::1%eth0", 1),
        ] {
            let endpoint = try Endpoint(parsing: text)
            #expect(endpoint.host == host)
            #expect(Int(endpoint.port) == port)
            #expect(endpoint.description == text)
        }
    }

    @Test("what is no endpoint is refused with the way to write it")
    func noEndpoints() {
        #expect(throws: EndpointError.noPort("hub")) { try Endpoint(parsing: "hub") }
        for text in ["hub:", "hub:65536", "hub:-1", "hub:+1", "hub:7411x", "hub:000001"] {
            #expect(throws: EndpointError.badPort(text)) { try Endpoint(parsing: text) }
        }
        for text in [":7411", "[]:7411", "a b:7411", "a/b:1", String(repeating: "a", count: 254) + ":1"] {
            #expect(throws: EndpointError.badHost(text)) { try Endpoint(parsing: text) }
        }
        #expect(throws: EndpointError.bareIPv6("::1:7411")) { try Endpoint(parsing: "::1:7411") }
    }
}
