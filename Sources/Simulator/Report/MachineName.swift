import ChangeLog

/// What a machine is called in stories, traces and directories: its node, and which copy of the node's machine it is.
enum MachineName {
    static func text(_ node: NodeName, copy: Int?) -> String { copy.map { "\(node)-copy-\($0)" } ?? node.text }
}
