import NetworkSchema
import Testing

@Suite("A merge rule is refused when a column")
struct MergeRefusalTests {
    @Test("is refused with its line, the reason and the cure", arguments: mistakes)
    func refused(_ refused: Refused) { refused.expectRefusal() }

    private static let mistakes: [Refused] = [
        Refused(
            "mistypes its rule",
            column("n: {type: integer, merge: conter}"),
            line: 12,
            "table product: column n: merge: there is no merge rule \"conter\"",
            cure: "write counter"
        ),
        Refused(
            "knows the rule by another name",
            column("n: {type: integer, merge: sum}"),
            line: 12,
            "table product: column n: merge: there is no merge rule \"sum\"",
            cure: "write counter"
        ),
        Refused(
            "has a rule of nobody's",
            column("n: {type: integer, merge: newest}"),
            line: 12,
            "table product: column n: merge: there is no merge rule \"newest\"",
            cure: "write one of last, first, max, min, counter, escrow"
        ),
        Refused(
            "counts in text",
            column("n: {type: text, merge: counter}"),
            line: 12,
            "table product: column n: merge counter needs type integer, got text",
            cure: "write type: integer"
        ),
        Refused(
            "has rights in time",
            column("n: {type: time, merge: escrow}"),
            line: 12,
            "table product: column n: merge escrow needs type integer, got time",
            cure: "write type: integer"
        ),
        Refused(
            "takes the greatest text",
            column("n: {type: text, merge: max}"),
            line: 12,
            "table product: column n: merge max needs type integer or time, got text",
            cure: "write type: integer"
        ),
        Refused(
            "takes the least boolean",
            column("n: {type: boolean, merge: min}"),
            line: 12,
            "table product: column n: merge min needs type integer or time, got boolean",
            cure: "write type: integer"
        ),
        Refused(
            "has a floor without escrow",
            column("n: {type: integer, merge: counter, floor: 0}"),
            line: 12,
            """
            table product: column n: floor belongs to rights, and only merge: escrow has them, got \
            merge: counter
            """,
            cure: "write merge: escrow, or leave floor out"
        ),
        Refused(
            "has a share without escrow",
            column("n: {type: integer, share: {hub: 30}}"),
            line: 12,
            """
            table product: column n: share belongs to rights, and only merge: escrow has them, got \
            merge: last
            """,
            cure: "write merge: escrow, or leave share out"
        ),
        Refused(
            "has a step without escrow",
            column("n: {type: integer, merge: counter, step: 1000}"),
            line: 12,
            """
            table product: column n: step belongs to rights, and only merge: escrow has them, got \
            merge: counter
            """,
            cure: "write merge: escrow, or leave step out"
        ),
        Refused(
            "has a mint without escrow",
            column("n: {type: integer, merge: counter, mint: hub}"),
            line: 12,
            """
            table product: column n: mint belongs to rights, and only merge: escrow has them, got \
            merge: counter
            """,
            cure: "write merge: escrow, or leave mint out"
        ),
        Refused(
            "has a step without a share",
            column("n: {type: integer, merge: escrow, mint: hub, step: 1000}"),
            line: 12,
            "table product: column n: step says in what multiples a share moves, and there is no share",
            cure: "write share: {hub: PERCENT} too, or leave step out"
        ),
        Refused(
            "has a step of 0",
            column("n: {type: integer, merge: escrow, mint: hub, share: {hub: 30}, step: 0}"),
            line: 12,
            "table product: column n: step: \"0\" is out of bounds",
            cure: "write a number from 1 to 9007199254740992"
        ),
        Refused(
            "has a share that is a number",
            column("n: {type: integer, merge: escrow, mint: hub, share: 30}"),
            line: 12,
            "table product: column n: share: got a number",
            cure: "write share: {hub: PERCENT}"
        ),
        Refused(
            "has a share of 101",
            column("n: {type: integer, merge: escrow, mint: hub, share: {hub: 101}}"),
            line: 12,
            "table product: column n: share: hub: \"101\" is out of bounds",
            cure: "write a number from 0 to 100"
        ),
        Refused(
            "has a share of half a percent",
            column("n: {type: integer, merge: escrow, mint: hub, share: {hub: 0.5}}"),
            line: 12,
            "table product: column n: share: hub: got a decimal number",
            cure: "write a whole number (no floating point: quantities in thousandths, money in minor units)"
        ),
        Refused(
            "has a share for the store",
            column("n: {type: integer, merge: escrow, mint: hub, share: {store: 70}}"),
            line: 12,
            "table product: column n: share: store: the store has what the hub does not",
            cure: "write share: {hub: PERCENT}"
        ),
        Refused(
            "has an empty share",
            column("n: {type: integer, merge: escrow, mint: hub, share: {}}"),
            line: 12,
            "table product: column n: share: share needs hub",
            cure: "write hub: PERCENT"
        ),
        Refused(
            "has a floor in text",
            column("n: {type: integer, merge: escrow, mint: hub, floor: none}"),
            line: 12,
            "table product: column n: floor: got text",
            cure: "write digits, without quotes"
        ),
        Refused(
            "has a floor beyond 2^53",
            column("n: {type: integer, merge: escrow, mint: hub, floor: 9007199254740993}"),
            line: 12,
            "table product: column n: floor: \"9007199254740993\" is out of bounds",
            cure: "write a number from -9007199254740992 to 9007199254740992"
        ),
        Refused(
            "has a mint of nobody's",
            column("n: {type: integer, merge: escrow, mint: shop}"),
            line: 12,
            "table product: column n: mint: there is no writer \"shop\"",
            cure: "write one of hub, store, any"
        ),
    ]
}
