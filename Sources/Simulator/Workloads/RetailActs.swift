import ChangeLog
import Replica

/// What the trade's clients do, one transaction each, and what they note of it.
extension RetailWorkload {
    // MARK: At a store

    func sell(_ store: StoreMachine) {
        let id = "\(store.name)-\(sales.count)"
        let lines = drawLines(&chances[store.index])
        let made = ledger.write("sale \(id)", at: store, store.till) { sql in
            try RetailSQL.sell(id, store: store.name, lines, at: store.wallMilliseconds, sql)
        }
        sales.append(Sale(write: made.number, store: store.index, id: id, lines: lines))
    }

    func move(_ store: StoreMachine, reason: String, quantity: Int64) {
        guard quantity != 0 else { return }
        let sku = chances[store.index].below(products)
        let id = "\(store.name)-m\(moves.count)"
        let made = ledger.write("stock_move \(id)", at: store, store.till) { sql in
            try insertMove(id, store, sku, quantity, reason, sql)
            guard reason == "count" else { return }
            let now = store.wallMilliseconds
            try RetailSQL.noteCount(of: sku, store: store.name, found: quantity, at: now, sql)
        }
        moves.append(Move(write: made.number, store: store.index, id: id, sku: sku, quantity: quantity))
    }

    func insertMove(
        _ id: String,
        _ store: StoreMachine,
        _ sku: Int,
        _ quantity: Int64,
        _ reason: String,
        _ sql: SQL
    ) throws {
        let now = store.wallMilliseconds
        try RetailSQL.move(id, store: store.name, sku: sku, quantity: quantity, reason: reason, at: now, sql)
    }

    func handOver(_ store: StoreMachine) {
        guard let order = takenOver(by: store) ?? takeOpen(of: store.index, &chances[store.index]) else { return }
        let id = orders[order].id
        if let write = setMilestone("handed_over_at", of: id, at: store, store.till) {
            orders[order].handedOver.append(write)
        }
    }

    func markReady(_ store: StoreMachine) {
        guard !open[store.index].isEmpty else { return }
        let order = chances[store.index].pick(open[store.index])
        _ = setMilestone("ready_at", of: orders[order].id, at: store, store.till)
    }

    // MARK: At the hub

    func cancel(_ store: Int, at hub: HubMachine) {
        guard !open[store].isEmpty else { return }
        // It stays open: the store may hand it over without knowing.
        let order = hubChance.pick(open[store])
        if let write = setMilestone("cancelled_at", of: orders[order].id, at: hub, hub.till) {
            orders[order].cancelled.append(write)
        }
    }

    func changePrices(_ hub: HubMachine) {
        let version = Int64(prices.count)
        let first = hubChance.below(products)
        let skus = (0..<3).map { (first + $0 * 7) % products }.sorted()
        let made = ledger.write("prices version \(version)", at: hub, hub.till) { sql in
            for sku in skus { try RetailSQL.changePrice(of: sku, version: version, sql) }
        }
        prices.append(PriceChange(write: made.number, version: version, skus: skus))
    }

    // MARK: At either

    func placeOrder(_ store: Int, at machine: Machine, _ till: Till, chance: inout Chance) {
        let id = "o\(orders.count)-\(machine.name)"
        let lines = drawLines(&chance)
        let storeName = Self.storeName(store)
        let made = ledger.write("order \(id)", at: machine, till) { sql in
            let now = machine.wallMilliseconds
            try RetailSQL.placeOrder(id, store: storeName, by: machine.name, lines, at: now, sql)
        }
        orders.append(Order(write: made.number, store: store, id: id, lines: lines))
        if made.fate == .committed { open[store].append(orders.count - 1) }
    }

    /// - Returns: the write, when it changed the row.
    func setMilestone(_ column: String, of id: String, at machine: Machine, _ till: Till) -> Int? {
        var isChanged = false
        let made = ledger.write("order \(id) \(column)", at: machine, till) { sql in
            isChanged = try RetailSQL.setMilestone(column, ofOrder: id, at: machine.wallMilliseconds, sql)
        }
        return isChanged && made.fate != .refused ? made.number : nil
    }

    func editNote(_ store: Int, at machine: Machine, _ till: Till, chance: inout Chance) {
        guard !open[store].isEmpty else { return }
        let id = orders[chance.pick(open[store])].id
        let note = "\(machine.name) \(ledger.entries.count)"
        var edit: (saw: String?, isSet: Bool) = (nil, false)
        let made = ledger.write("order \(id) note", at: machine, till) { sql in
            edit = try RetailSQL.setNote(note, ofOrder: id, sql)
        }
        guard edit.isSet else { return }
        notes.append(NoteEdit(write: made.number, order: id, text: note, saw: edit.saw))
    }

    /// An order that came to the store from another one.
    private func takenOver(by store: StoreMachine) -> Int? {
        guard let id = store.till.read({ try RetailSQL.takenOver(by: store.name, $0) }) ?? nil else { return nil }
        return orders.firstIndex { $0.id == id }
    }

    func takeOpen(of store: Int, _ chance: inout Chance) -> Int? {
        guard !open[store].isEmpty else { return nil }
        return open[store].remove(at: chance.below(open[store].count))
    }

    func drawLines(_ chance: inout Chance) -> [Line] {
        let count = 1 + chance.below(mix.linesMax)
        let first = chance.below(products)
        return (0..<min(count, products)).map { number in
            let quantity = 1_000 * chance.between(1...3)
            return Line(sku: (first + number * 3) % products, quantity: quantity, amount: quantity / 10 + 5)
        }
    }
}
