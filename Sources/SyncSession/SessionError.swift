public import ChangeLog

/// Why a session ended. Each text says what happened, then what to do.
public enum SessionError: Error, Hashable, Sendable {
    /// The peer ended it.
    case peerEnded(Bye)
    /// This node ended it, by an event of its shell.
    case ended(Bye)
    /// The hub did not admit the store.
    case refused(Bye)
    case noCommonVersion(ours: ClosedRange<Int>, theirs: ClosedRange<Int>)
    /// The peer's first frames did not come in time.
    case handshakeTimedOut(milliseconds: Int64)
    /// Not one byte came for so long.
    case silent(milliseconds: Int64)
    /// The peer broke the protocol.
    case fault(ProtocolFault)
    /// The hub wants a part of the change log that the store no longer keeps.
    case outboxLacks(number: ChangesetNumber, part: Int)
    /// The hub has changesets of this site that the site itself does not have.
    case siteIsBehind(hub: ChangesetNumber, sealed: ChangesetNumber)
    /// The hub has another changeset of this number from this site: the replica was copied. It has forgotten its tag, so
    /// that the hub tells it next time what it has.
    case siteDiffers(ChangesetNumber)
    /// The hub has an older schema than the store.
    case schemaIsBehind(hub: Int, store: Int)
    /// What must be sent does not fit the peer's frames.
    case doesNotFit(bytes: Int, frameBytesMax: Int)

    /// What a store does after the session.
    public enum Sequel: Hashable, Sendable {
        /// Connect again, after the usual growing and jittered pause.
        case reconnect
        /// A person has to do something first: connect again, but seldom.
        case reconnectSeldom
        /// The store is frozen. An operator who thaws it waits for it: connect again within seconds.
        case reconnectForThaw
        /// Take a new site, keep and relabel what the hub has not seen, and connect again.
        case takeNewSite
        /// This node ended the session itself.
        case none
    }

    public var sequel: Sequel {
        switch self {
        case .peerEnded(let bye), .refused(let bye):
            switch bye.code {
            case .shutdown, .unavailable: .reconnect
            case .forked: .takeNewSite
            case .frozen: .reconnectForThaw
            case .superseded, .version, .retired, .protocolError: .reconnectSeldom
            }
        case .ended: .none
        case .handshakeTimedOut, .silent, .siteDiffers: .reconnect
        case .siteIsBehind, .outboxLacks: .takeNewSite
        case .noCommonVersion, .fault, .schemaIsBehind, .doesNotFit: .reconnectSeldom
        }
    }

    /// What the hub has of a site that it found to be a copy; nil when it does not say.
    public var history: ForkHistory? {
        switch self {
        case .peerEnded(let bye), .refused(let bye): bye.history
        default: nil
        }
    }

    /// What the peer is told; nil when it is gone or ended the session itself.
    var bye: Bye? {
        switch self {
        case .peerEnded, .silent: nil
        case .ended(let bye), .refused(let bye): bye
        case .noCommonVersion: Bye(.version, description)
        case .fault: Bye(.protocolError, description)
        case .outboxLacks, .siteIsBehind, .siteDiffers: Bye(.forked, description)
        // A slow line is nobody's fault: the other end is to come back soon.
        case .handshakeTimedOut, .schemaIsBehind, .doesNotFit: Bye(.unavailable, description)
        }
    }
}

extension SessionError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .peerEnded(let bye): "the peer ended the session (\(bye.code.rawValue)): \(bye.reason)"
        case .ended(let bye): "the session was ended here (\(bye.code.rawValue)): \(bye.reason)"
        case .refused(let bye): "the store was not admitted (\(bye.code.rawValue)): \(bye.reason)"
        case .noCommonVersion(let ours, let theirs):
            """
            no protocol version in common: one end speaks \(Self.text(ours)), the other \(Self.text(theirs)); \
            update the older program (`linli --version` at both ends tells which)
            """
        case .handshakeTimedOut(let milliseconds):
            """
            the first frames did not come within \(milliseconds) ms; check that the address is the hub's, and that \
            the hub is not overloaded
            """
        case .silent(let milliseconds):
            "not a byte came for \(milliseconds) ms; the session goes on when the link is back"
        case .fault(let fault): fault.description
        case .outboxLacks(let number, let part):
            """
            the hub wants part \(part) of changeset \(number), which is no longer kept here: the hub was restored \
            from a backup that is too old; the store takes a new site and offers what the hub has not seen
            """
        case .siteIsBehind(let hub, let sealed):
            """
            the hub has changesets of this site up to \(hub), the site itself only up to \(sealed): this replica was \
            restored or copied; the store takes a new site and offers what the hub has not seen
            """
        case .siteDiffers(let number):
            """
            changeset \(number) of this site is another one at the hub: this replica was copied, or restored; the store \
            takes a new site and offers what the hub has not seen
            """
        case .schemaIsBehind(let hub, let store):
            """
            the hub has schema version \(hub), this store \(store): the hub was restored from a backup; apply the \
            newer schema there again with `linli hub schema apply`
            """
        case .doesNotFit(let bytes, let frameBytesMax):
            """
            \(bytes) bytes of one row do not fit the peer's frames of \(frameBytesMax) bytes; give both ends the \
            same frame limit, or shorten the row
            """
        }
    }

    private static func text(_ versions: ClosedRange<Int>) -> String {
        versions.count == 1 ? "\(versions.lowerBound)" : "\(versions.lowerBound) to \(versions.upperBound)"
    }
}
