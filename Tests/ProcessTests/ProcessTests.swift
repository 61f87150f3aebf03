import Testing

/// Stories with real daemons, real sockets, real kills, and tills that are other programs. One after another: each has
/// the machine to itself, so that what takes long says something about us.
@Suite("Real processes", .serialized)
enum ProcessTests {}
