import ChangeLog
import FoundationEssentials
import SyncSession
import WireMessages

extension WireOffer {
    init(_ offer: Offer) {
        self.init()
        epoch = offer.epoch.raw
        entries = Data(offer.bytes)
        seal = Data(offer.seal)
        isLast = offer.isLast
        isAfterOutbox = offer.pass == .afterOutbox
    }

    func offer() throws(WireError) -> Offer {
        let fields = FieldReader("offer")
        guard isLast == entries.isEmpty else {
            throw fields.error("entries", isLast ? "come with the last, which has none" : "are missing")
        }
        return Offer(
            pass: isAfterOutbox ? .afterOutbox : .beforeOutbox,
            epoch: Epoch(epoch),
            bytes: [UInt8](entries),
            seal: try fields.bytes(seal, "seal", in: 0...Limits.sealBytesMax),
            isLast: isLast
        )
    }
}
