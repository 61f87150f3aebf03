import ChangeLog
import FoundationEssentials
import SyncSession
import WireMessages

extension WireHello {
    init(_ hello: Hello) {
        self.init()
        versions = WireVersions(hello.versions)
        program = readableText(hello.program, bytesMax: FieldLimits.programBytesMax)
        store = hello.store.text
        site = hello.site.raw
        if let tag = hello.tag { self.tag = tag.raw }
        limits = WireLimits(hello.limits)
        schemaVersion = UInt64(hello.schemaVersion)
        cursor = WireCursor(hello.cursor)
        if !hello.staged.isEmpty || hello.stagedEpoch != .none { staged = WireStaged(hello.staged, hello.stagedEpoch) }
        acknowledged = UInt64(hello.acknowledged.number)
        if hello.acknowledgedHash != .none { acknowledgedHash = Data(hello.acknowledgedHash.bytes) }
        sealed = UInt64(hello.sealed.number)
        safePosition = UInt64(hello.safe.number)
        wallMs = hello.wallMilliseconds
        offers = hello.offers
    }

    /// A hello of other versions only may have other fields: that the versions differ is then what is wrong with it.
    func hello() throws(WireError) -> Hello {
        let fields = FieldReader("hello")
        let versions = try self.versions.read(fields)
        do { return try hello(versions, fields) } catch {
            throw versions.overlaps(Limits.versions) ? error : .noCommonVersion(theirs: versions)
        }
    }

    private func hello(_ versions: ClosedRange<Int>, _ fields: FieldReader) throws(WireError) -> Hello {
        Hello(
            versions: versions,
            program: readableText(program, bytesMax: FieldLimits.programBytesMax),
            store: try fields.store(store),
            site: try fields.site(site),
            tag: hasTag ? SessionTag(tag) : nil,
            limits: try limits.read(fields),
            schemaVersion: try fields.schemaVersion(schemaVersion, "schema_version"),
            cursor: try cursor.read(fields, "cursor.position"),
            staged: try staged.read(fields),
            stagedEpoch: Epoch(staged.epoch),
            acknowledged: try fields.changeset(acknowledged, "acknowledged", from: 0),
            sealed: try fields.changeset(sealed, "sealed", from: 0),
            acknowledgedHash: try fields.hash(acknowledgedHash, "acknowledged_hash"),
            safe: try fields.position(safePosition, "safe_position"),
            wallMilliseconds: wallMs,
            offers: offers
        )
    }
}

extension WireStaged {
    init(_ scopes: [StagedScope], _ epoch: Epoch) {
        self.init()
        self.epoch = epoch.raw
        for one in scopes {
            let upTo = UInt64(one.upTo.number)
            switch one.scope {
            case .network: network = upTo
            case .region: region = upTo
            case .store: store = upTo
            case .answers: answers = upTo
            }
        }
    }

    /// In the order of the scopes.
    func read(_ fields: FieldReader) throws(WireError) -> [StagedScope] {
        var scopes: [StagedScope] = []
        if hasNetwork {
            scopes.append(StagedScope(scope: .network, upTo: try fields.position(network, "staged.network")))
        }
        if hasRegion { scopes.append(StagedScope(scope: .region, upTo: try fields.position(region, "staged.region"))) }
        if hasStore { scopes.append(StagedScope(scope: .store, upTo: try fields.position(store, "staged.store"))) }
        if hasAnswers {
            scopes.append(StagedScope(scope: .answers, upTo: try fields.position(answers, "staged.answers")))
        }
        return scopes
    }
}

extension WireWelcome {
    init(_ welcome: Welcome) {
        self.init()
        version = UInt64(welcome.version)
        program = readableText(welcome.program, bytesMax: FieldLimits.programBytesMax)
        network = welcome.network
        epoch = welcome.epoch.raw
        tag = welcome.tag.raw
        limits = WireLimits(welcome.limits)
        schemaVersion = UInt64(welcome.schemaVersion)
        acknowledged = UInt64(welcome.acknowledged.number)
        partsHeld = UInt64(welcome.partsHeld)
        way =
            switch welcome.way {
            case .resume: .resume
            case .resync: .resync
            case .restart: .restart
            }
        region = welcome.region
        head = UInt64(welcome.head.number)
        helloWallMs = welcome.helloWallMilliseconds
        wallMs = welcome.wallMilliseconds
        if let after = welcome.offersAfter { offersAfter = UInt64(after.number) }
        if let hash = welcome.acknowledgedHash { acknowledgedHash = Data(hash.bytes) }
        isFenced = welcome.isFenced
    }

    func welcome() throws(WireError) -> Welcome {
        let fields = FieldReader("welcome")
        // A version that was not offered is the session's to judge; here it only has to be one.
        return Welcome(
            version: try fields.count(version, "version", in: 1...FieldLimits.ordinalMax),
            program: readableText(program, bytesMax: FieldLimits.programBytesMax),
            network: try fields.name(network, "network", bytesMin: 1),
            epoch: try fields.epoch(epoch, "epoch"),
            tag: SessionTag(tag),
            limits: try limits.read(fields),
            schemaVersion: try fields.schemaVersion(schemaVersion, "schema_version"),
            acknowledged: try fields.changeset(acknowledged, "acknowledged", from: 0),
            partsHeld: try fields.count(partsHeld, "parts_held", in: 0...FieldLimits.ordinalMax),
            way: try readWay(fields),
            region: try fields.name(region, "region", bytesMin: 0),
            head: try fields.position(head, "head"),
            helloWallMilliseconds: helloWallMs,
            wallMilliseconds: wallMs,
            offersAfter: hasOffersAfter ? try fields.position(offersAfter, "offers_after") : nil,
            acknowledgedHash: acknowledgedHash.isEmpty ? nil : try fields.hash(acknowledgedHash, "acknowledged_hash"),
            isFenced: isFenced
        )
    }

    private func readWay(_ fields: FieldReader) throws(WireError) -> Welcome.Way {
        switch way {
        case .resume: .resume
        case .resync: .resync
        case .restart: .restart
        case .unspecified, .UNRECOGNIZED: throw fields.error("way", "is \(way.rawValue), which is no way to go on")
        }
    }
}
