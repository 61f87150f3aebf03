import ArgumentParser

/// `linli hub …`.
struct HubCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hub",
        abstract: "The hub: makes one, runs it, and says which stores belong to its network.",
        subcommands: [
            HubInit.self, HubRun.self, HubInvite.self, HubStores.self, HubFreeze.self, HubThaw.self, HubRetire.self,
            HubRelease.self, HubSchemaCommand.self, HubAuditCommand.self, HubReceiptCommand.self, HubImportCommand.self,
            HubBackupCommand.self, HubRestoreCommand.self, HubErase.self,
        ]
    )
}
