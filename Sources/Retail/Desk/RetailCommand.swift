/// One command of the trade: what it takes, where it works, who may ask for it, and what it does.
public struct RetailCommand: Sendable {
    public enum Place: String, Sendable { case store, hub, both }

    /// Who holds an API key.
    public enum Role: String, Hashable, Sendable, CaseIterable, Codable { case till, manager, mall, `operator` }

    /// As it stands in URLs and on the command line: `hand-over`.
    public let name: String
    /// It writes: it takes an idempotency key, and is repeated safely.
    public let isChange: Bool
    public let place: Place
    /// An operator may do everything.
    public let roles: Set<Role>
    public let summary: String
    public let fields: [Field]
    let body: @Sendable (Arguments, Work) throws -> Outcome

    /// What a command's transaction ends with. A refusal is committed with what the command noted down.
    enum Outcome {
        case done(JSONValue)
        case refused(RetailError)
    }

    static func change(
        _ name: String,
        at place: Place,
        _ roles: Set<Role>,
        _ summary: String,
        _ fields: [Field],
        _ body: @escaping @Sendable (Arguments, Work) throws -> JSONValue
    ) -> RetailCommand {
        RetailCommand(name: name, isChange: true, place: place, roles: roles, summary: summary, fields: fields) {
            .done(try body($0, $1))
        }
    }

    static func ask(
        _ name: String,
        at place: Place,
        _ roles: Set<Role>,
        _ summary: String,
        _ fields: [Field],
        _ body: @escaping @Sendable (Arguments, Work) throws -> JSONValue
    ) -> RetailCommand {
        RetailCommand(name: name, isChange: false, place: place, roles: roles, summary: summary, fields: fields) {
            .done(try body($0, $1))
        }
    }

    public func mayBeAsked(by role: Role) -> Bool { role == .operator || roles.contains(role) }

    public func works(atHub isHub: Bool) -> Bool { place == .both || place == (isHub ? .hub : .store) }

    /// Every command, in the order in which the document lists them.
    public static let all: [RetailCommand] =
        SaleCommands.all + StockCommands.all + HandOverCommands.all + TransferCommands.all + FigureCommands.all
        + OrderCommands.all + TakeOverCommands.all + TakeOverPolicy.commands + EraseCommand.all + PriceCommands.all
        + SupplyCommands.all
        + SettleCommands.all

    public static func named(_ name: String) -> RetailCommand? { all.first { $0.name == name } }
}
