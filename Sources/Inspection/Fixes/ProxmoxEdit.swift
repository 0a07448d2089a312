/// One change to a VM's configuration.
package enum ProxmoxEdit: Sendable, Equatable {
    /// The whole value of a setting; nil takes it away.
    case set(key: String, value: String?)
    /// One option of a property string; nil takes it away.
    case option(key: String, name: String, value: String?)
}
