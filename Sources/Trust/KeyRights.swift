import Glibc

extension KeyFiles {
    /// Whatever of the keys others than their owner may reach: the directory is 0700, each file 0600.
    ///
    /// - Returns: `.openToOthers` for each that is not so; empty when all are.
    /// - Throws: `KeyFileError.failed` when that cannot be found out, `.missing` when there is no such directory.
    public func opennesses() throws(KeyFileError) -> [KeyFileError] {
        var found: [KeyFileError] = []
        guard let mode = try permissions(of: directory) else { throw .missing(directory) }
        if mode & 0o077 != 0 { found.append(.directoryOpenToOthers(directory, mode: mode)) }
        for file in File.allCases {
            if let mode = try permissions(of: path(of: file)), mode & 0o077 != 0 {
                found.append(.openToOthers(path(of: file), mode: mode))
            }
        }
        return found
    }

    /// Permission bits; nil when there is nothing.
    private func permissions(of path: String) throws(KeyFileError) -> UInt32? {
        var status = stat()
        if stat(path, &status) == 0 { return status.st_mode & 0o7777 }
        guard errno == ENOENT else { throw .failed("look at", path, SystemFault(code: errno)) }
        return nil
    }
}
