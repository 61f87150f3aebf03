import ArgumentParser
import Trust

/// `--http HOST:PORT`, or `none`.
struct HTTPOption: ParsableArguments {
    enum Place: Hashable {
        case at(Endpoint)
        case off
    }

    @Option(
        help: ArgumentHelp(
            """
            Where the HTTP API is served, or none. Beyond this machine it needs keys (`linli key add`). (default: \
            127.0.0.1:7412 at a hub, 127.0.0.1:7413 at a store, if it is free)
            """,
            valueName: "host:port"
        ),
        transform: { text in text == "none" ? .off : .at(try Names.endpoint(text)) }
    )
    var http: Place?
}
