/// A demonstration's report as a page to look at: one HTML file that needs nothing else, no script, no network.
///
/// Law: whatever stands in the report is text. It was read from replicas, and files of sales, that anyone may have
/// written.
public struct DemonstrationPage: Sendable {
    public static let fileName = "index.html"

    public let html: String

    public init(_ report: DemonstrationReport) {
        let body = [
            "<h1>邻里 Linli</h1>",
            "<p class=\"\(report.isRight ? "good" : "bad")\">",
            report.isRight
                ? "Three stores and a hub sold through a cut, and everybody is right."
                : "Not all of it came out right; what did not is marked below.",
            "</p>",
            "<p>\(Self.text(report.trade))</p>",
            Self.section(
                "Who sold what",
                ["store", "baskets", "units"],
                report.sold.map { sold in
                    [sold.store, "\(sold.baskets)", "\(sold.units)"]
                }
            ),
            Self.section(
                "Who was refused",
                ["who", "tried", "answer"],
                report.attempts.map { attempt in
                    [attempt.who, attempt.what, attempt.refusal ?? "done"]
                }
            ),
            Self.section("What was merged", [], report.merges.map { [$0] }),
            Self.section(
                "Digests",
                ["store", "at the store", "at the hub"],
                report.digests.map { digests in
                    [digests.store, digests.atStore, digests.atHub]
                }
            ),
            Self.section("What was checked", [], report.checks.map { [($0.holds ? "✓" : "✗"), $0.what] }),
        ]
        html = Self.head + body.joined(separator: "\n") + "\n</body>\n</html>\n"
    }

    private static func section(_ title: String, _ heading: [String], _ rows: [[String]]) -> String {
        let head = heading.isEmpty ? "" : "<tr>" + heading.map { "<th>\(text($0))</th>" }.joined() + "</tr>\n"
        let body = rows.map { row in "<tr>" + row.map { "<td>\(text($0))</td>" }.joined() + "</tr>\n" }
        return "<h2>\(text(title))</h2>\n<table>\n\(head)\(body.joined())</table>"
    }

    /// Text with nothing in it that HTML would read.
    static func text(_ text: String) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            case "'": escaped += "&#39;"
            // Control characters are in no HTML document.
            case _ where scalar.value < 0x20 || (0x7f...0x9f).contains(scalar.value): escaped += "\u{fffd}"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }

    private static let head = """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width">
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
        <title>Linli: a demonstration</title>
        <style>
        body { font: 16px/1.5 system-ui, sans-serif; color: #222; background: #fff; max-width: 60rem; margin: 2rem auto;
          padding: 0 1rem; overflow-wrap: anywhere; }
        h2 { font-size: 1.1rem; margin-top: 2rem; }
        table { border-collapse: collapse; }
        th, td { text-align: left; vertical-align: top; padding: .25rem 1rem .25rem 0; border-bottom: 1px solid #ddd; }
        .good { color: #14632b; } .bad { color: #a11; }
        </style>
        </head>
        <body>

        """
}
