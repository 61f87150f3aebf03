/// Points between two writes, at which a test looks at the files or makes the store fail.
enum StoreStep: String, CaseIterable {
    case sealFolded, sealSynced, sealAppended
    case roundFilled, ownWritesLaid, lockTaken, rowsMoved, applyCommitted, applySynced, applySettled
    case lightCommitted, chunkStaged
    case schemaCommitted, restamped, siteTaken
}
