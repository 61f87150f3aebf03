import Replica

/// One file of a simulated machine, for whoever wants to read what a run left.
public struct KeptFile: Sendable {
    /// As in traces.
    public let machine: String
    /// Relative to the machine's directory.
    public let name: String
    /// As processes saw it, synced or not.
    public let bytes: [UInt8]
}

extension Neighbourhood {
    func keep(_ kept: (KeptFile) throws -> Void) rethrows {
        for machine in [hub] + stores + copies {
            let (disk, name) = (machine.disk, MachineName.text(machine.name, copy: machine.copyNumber))
            for path in disk.paths {
                guard let bytes = disk.bytes(of: path) else { continue }
                try kept(KeptFile(machine: name, name: String(path.dropFirst(disk.root.count + 1)), bytes: bytes))
            }
        }
    }
}
