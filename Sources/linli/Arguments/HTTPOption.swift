import ArgumentParser
import Logging
import Trust

/// `--http HOST:PORT`. Checked, so that units and scripts that name it go on working; nothing listens there yet, and
/// the log says so.
struct HTTPOption: ParsableArguments {
    @Option(
        help: ArgumentHelp("Where the HTTP API will be served; this version has none.", valueName: "host:port"),
        transform: Names.endpoint
    )
    var http: Endpoint?

    func note(in log: Logger) {
        if let http { log.notice("this version serves no HTTP API: nothing listens at \(http)") }
    }
}
