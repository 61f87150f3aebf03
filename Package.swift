// swift-tools-version: 6.2
import PackageDescription

/// Own code is held to this; dependencies are left alone.
let house: [SwiftSetting] = [
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

extension Target.Dependency {
    static let argumentParser = product(name: "ArgumentParser", package: "swift-argument-parser")
    static let asn1 = product(name: "SwiftASN1", package: "swift-asn1")
    static let crypto = product(name: "Crypto", package: "swift-crypto")
    static let grdb = product(name: "GRDB", package: "GRDB.swift")
    static let sqlite = product(name: "GRDBSQLite", package: "GRDB.swift")
    static let hummingbird = product(name: "Hummingbird", package: "hummingbird")
    static let httpTypes = product(name: "HTTPTypes", package: "swift-http-types")
    static let hummingbirdCore = product(name: "HummingbirdCore", package: "hummingbird")
    static let logging = product(name: "Logging", package: "swift-log")
    static let nio = product(name: "NIOCore", package: "swift-nio")
    static let nioPosix = product(name: "NIOPosix", package: "swift-nio")
    static let nioSSL = product(name: "NIOSSL", package: "swift-nio-ssl")
    static let nioTLS = product(name: "NIOTLS", package: "swift-nio")
    static let protobuf = product(name: "SwiftProtobuf", package: "swift-protobuf")
    static let serviceLifecycle = product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
    static let unixSignals = product(name: "UnixSignals", package: "swift-service-lifecycle")
    static let x509 = product(name: "X509", package: "swift-certificates")
    static let yams = product(name: "Yams", package: "Yams")
}

func room(_ name: String, _ dependencies: [Target.Dependency] = [], exclude: [String] = []) -> Target {
    .target(name: name, dependencies: dependencies, exclude: exclude, swiftSettings: house)
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .testTarget(name: name, dependencies: dependencies, swiftSettings: house)
}

let package = Package(
    name: "linli",
    products: [.executable(name: "linli", targets: ["linli"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser.git", from: "1.5.0"),
        .package(url: "https://github.com/apple/swift-asn1.git", from: "1.1.0"),
        .package(url: "https://github.com/apple/swift-certificates.git", from: "1.0.0"),
        .package(url: "https://github.com/apple/swift-crypto.git", from: "4.0.0"),
        .package(url: "https://github.com/apple/swift-http-types.git", from: "1.0.0"),
        .package(url: "https://github.com/apple/swift-log.git", from: "1.5.0"),
        .package(url: "https://github.com/apple/swift-nio.git", from: "2.80.0"),
        .package(url: "https://github.com/apple/swift-nio-ssl.git", from: "2.37.0"),
        .package(url: "https://github.com/apple/swift-protobuf.git", from: "1.39.0"),
        .package(url: "https://github.com/groue/GRDB.swift.git", from: "7.0.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird.git", from: "2.0.0"),
        .package(url: "https://github.com/jpsim/Yams.git", from: "6.0.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle.git", from: "2.0.0"),
    ],
    targets: [
        // Floor 0
        room("ChangeLog"),
        room("NetworkSchema", [.yams]),
        // Floor 1
        room("SyncSession", ["ChangeLog", "NetworkSchema"]),
        // Floor 2
        .target(name: "WireMessages", dependencies: [.protobuf], exclude: ["linli.proto"]),
        room("WireFormat", ["ChangeLog", "SyncSession", "WireMessages", .protobuf, .nio]),
        .target(name: "CReplica"),
        room("Replica", ["ChangeLog", "NetworkSchema", "CReplica", .grdb, .sqlite, .crypto]),
        room("Trust", ["ChangeLog", .crypto, .x509, .asn1]),
        // Floor 3
        room("Transport", ["ChangeLog", "SyncSession", "WireFormat", "Trust", .nio, .nioPosix, .nioSSL, .nioTLS]),
        room("Retail", ["ChangeLog", "Replica", .crypto]),
        room("SessionWork", ["ChangeLog", "NetworkSchema", "SyncSession", "WireFormat", "Replica"]),
        // Floor 4
        .target(name: "CSimulatedDisk", linkerSettings: [.linkedLibrary("sqlite3")]),
        room(
            "Simulator",
            [
                "ChangeLog", "NetworkSchema", "SyncSession", "SessionWork", "WireFormat", "Replica", "Retail",
                "CSimulatedDisk", .nio, .yams,
            ]
        ),
        room(
            "StoreNode",
            [
                "ChangeLog", "NetworkSchema", "SyncSession", "SessionWork", "WireFormat", "Replica", "Trust",
                "Transport", .nio, .nioPosix, .logging, .serviceLifecycle,
            ]
        ),
        room(
            "HubNode",
            [
                "ChangeLog", "NetworkSchema", "SyncSession", "SessionWork", "WireFormat", "Replica", "Trust",
                "Transport", .nio, .nioPosix, .logging, .serviceLifecycle,
            ]
        ),
        room(
            "LocalAPI",
            [
                "ChangeLog", "Replica", "Retail", "Trust", "Transport", .hummingbird, .hummingbirdCore, .httpTypes,
                .nio, .nioPosix, .logging,
                .serviceLifecycle, .crypto,
            ]
        ),
        room("Rehearsal", ["ChangeLog", "Replica", .nio, .nioPosix]),
        room(
            "Bench",
            [
                "ChangeLog", "NetworkSchema", "SyncSession", "WireFormat", "Replica", "Trust", "Transport", "Rehearsal",
                .nio, .nioPosix,
            ]
        ),
        // Floor 5
        .executableTarget(
            name: "linli",
            dependencies: [
                "ChangeLog", "NetworkSchema", "SyncSession", "WireFormat", "Replica", "Trust", "Transport", "Retail",
                "StoreNode", "HubNode", "LocalAPI", "Rehearsal", "Bench", "Simulator", .argumentParser, .logging,
                .serviceLifecycle,
                .unixSignals, .nio, .nioPosix,
            ],
            swiftSettings: house
        ),
        // One room of tests per room, and real processes
        .target(name: "SplitMix", path: "Tests/SplitMix", swiftSettings: house),
        .target(name: "FuzzRun", dependencies: ["SplitMix"], path: "Tests/FuzzRun", swiftSettings: house),
        tests("ChangeLogTests", ["ChangeLog", "SplitMix"]),
        tests("NetworkSchemaTests", ["NetworkSchema", "FuzzRun", "SplitMix"]),
        tests("SyncSessionTests", ["SyncSession", "ChangeLog", "FuzzRun", "SplitMix"]),
        tests(
            "WireFormatTests",
            ["WireFormat", "WireMessages", "SyncSession", "ChangeLog", "SplitMix", "FuzzRun", .protobuf, .nio, .crypto]
        ),
        tests("ReplicaTests", ["Replica", "NetworkSchema", "ChangeLog", "Retail", "SplitMix", .sqlite, .crypto]),
        tests(
            "LocalAPITests",
            ["LocalAPI", "Retail", "Replica", "NetworkSchema", "ChangeLog", "Trust", .hummingbird]
        ),
        tests("RetailTests", ["Retail", "Replica", "NetworkSchema", "ChangeLog", "SplitMix"]),
        tests(
            "SessionWorkTests",
            ["SessionWork", "WireFormat", "Replica", "SyncSession", "NetworkSchema", "ChangeLog", "FuzzRun", .nio]
        ),
        tests("TrustTests", ["Trust", "ChangeLog", "FuzzRun", "SplitMix", .crypto, .x509, .asn1]),
        tests(
            "TransportTests",
            ["Transport", "SyncSession", "Trust", "ChangeLog", "SplitMix", .nio, .nioPosix, .nioSSL]
        ),
        tests(
            "SimulatorTests",
            ["Simulator", "Replica", "NetworkSchema", "ChangeLog", "SyncSession", "SplitMix", .sqlite, .nio]
        ),
        tests(
            "ProcessTests",
            [
                "Rehearsal", "Replica", "NetworkSchema", "ChangeLog", "SyncSession", "SessionWork", "WireFormat",
                "Trust",
                "Transport", "SplitMix", .nio, .nioPosix,
            ]
        ),
    ]
)
