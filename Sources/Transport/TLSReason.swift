import NIOSSL

/// What a TLS library's error means, without the library's file names and line numbers.
///
/// BoringSSL's texts look like `Error: 268436498 error:10000412:SSL
/// routines:OPENSSL_internal:SSLV3_ALERT_BAD_CERTIFICATE at …/tls_record.cc:594`; the reason is the last word before
/// ` at `.
enum TLSReason: Hashable {
    /// The peer ended the handshake, or the connection, for this reason.
    case alert(String)
    case other(String)

    init(_ error: BoringSSLError) {
        switch error {
        case .sslError(let stack), .unknownError(let stack), .invalidSNIName(let stack), .failedToSetALPN(let stack):
            self = Self.reason(in: stack.last?.description ?? "")
        default:
            self = .other("\(error)")
        }
    }

    private static func reason(in text: String) -> TLSReason {
        let words = text.split(separator: " at ", maxSplits: 1).first ?? ""
        let reason = words.split(separator: ":").last.map(String.init) ?? words.description
        let spoken = reason.lowercased().split(separator: "_").joined(separator: " ")
        guard let alert = spoken.ranges(of: "alert ").first else { return .other(spoken) }
        return .alert(String(spoken[alert.upperBound...]))
    }
}
