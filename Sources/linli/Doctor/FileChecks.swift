import Replica
import Transport
import Trust

/// Disk, rights and integrity of a data directory.
struct FileChecks {
    let directory: String

    var findings: [Finding] {
        do {
            let facts = try DirectoryFacts(directory)
            return [disk(facts)] + rights(facts) + replica
        } catch {
            return [Finding("disk", .wrong, of: error)]
        }
    }

    private func disk(_ facts: DirectoryFacts) -> Finding {
        let cure = "make room: a full disk stops sealing, and then the tills"
        if facts.isReadOnly {
            return Finding("disk", .wrong, "\(directory) is on a disk that is read-only", cure: "mount it for writing")
        }
        if facts.isOutOfFiles {
            return Finding("disk", .wrong, "no file can be made where \(directory) is: no inode is free", cure: cure)
        }
        let text = "\(facts.freeBytes / (1024 * 1024)) MiB free where \(directory) is"
        if facts.freeBytes < DoctorLimits.freeBytesWrong { return Finding("disk", .wrong, text, cure: cure) }
        if facts.freeBytes < DoctorLimits.freeBytesAttention { return Finding("disk", .attention, text, cure: cure) }
        return Finding("disk", .ok, text)
    }

    private func rights(_ facts: DirectoryFacts) -> [Finding] {
        var found = facts.unwritable.map { path in
            Finding(
                "permissions",
                .wrong,
                "this user may not write \(path)",
                cure: "run as the owner of the data directory, or correct its rights"
            )
        }
        if facts.mode & 0o007 != 0 {
            found.append(
                Finding(
                    "permissions",
                    .wrong,
                    "everybody may look into \(directory) (mode \(String(facts.mode, radix: 8)))",
                    cure: "run `chmod o= \(directory)`"
                )
            )
        }
        do {
            for one in try KeyFiles(dataDirectory: directory).opennesses() {
                found.append(Finding("permissions", .wrong, of: one))
            }
        } catch {
            found.append(Finding("permissions", .wrong, of: error))
        }
        return found.isEmpty
            ? [Finding("permissions", .ok, "the keys are their owner's, the replica its group's")] : found
    }

    private var replica: [Finding] {
        let checkup: ReplicaCheckup
        do { checkup = try ReplicaCheckup.run(directory: directory) } catch {
            return [Finding("integrity", .wrong, of: error)]
        }
        // Of a damaged file the rest says nothing.
        guard checkup.damage.isEmpty else { return [integrity(checkup)] }
        return [integrity(checkup), schema(checkup), durability(checkup)]
    }

    private func integrity(_ checkup: ReplicaCheckup) -> Finding {
        guard let first = checkup.damage.first else {
            return Finding("integrity", .ok, "SQLite finds nothing wrong in linli.db and changes.db")
        }
        let more = checkup.damage.count - 1
        return Finding(
            "integrity",
            .wrong,
            first + (more > 0 ? ", and \(more) more" : ""),
            cure: "check the disk, then restore the directory from a backup, or join anew"
        )
    }

    private func schema(_ checkup: ReplicaCheckup) -> Finding {
        guard let first = checkup.alterations.first else {
            return Finding("schema", .ok, "tables, triggers, views and indexes are as linli made them")
        }
        return Finding("schema", .wrong, of: ReplicaError.altered(object: first))
    }

    /// What a client sets on its own connection nobody else can see; only what the file and the library say.
    private func durability(_ checkup: ReplicaCheckup) -> Finding {
        guard checkup.journalMode == "wal" else {
            return Finding(
                "durability",
                .wrong,
                "an application changed the journal mode to \(checkup.journalMode)",
                cure: "take that out of the application, and run `PRAGMA journal_mode = WAL`"
            )
        }
        let names = ["OFF", "NORMAL", "FULL", "EXTRA"]
        let name = names.indices.contains(checkup.synchronousDefault) ? names[checkup.synchronousDefault] : "unknown"
        guard checkup.synchronousDefault >= 1 else {
            return Finding(
                "durability",
                .wrong,
                "this system's SQLite does not wait for the disk unless told to (synchronous = \(name))",
                cure: "let each till run `PRAGMA synchronous = FULL`"
            )
        }
        return Finding(
            "durability",
            .ok,
            "WAL; a till that sets nothing gets synchronous = \(name), and one that sets OFF cannot be seen from here"
        )
    }
}
