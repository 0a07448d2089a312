/// Which parts of a document are read; what has no place in it is not kept.
///
/// Tokens, keys and certificates are `.secret` or not named at all, so they never leave the parser.
indirect enum Shape: Sendable {
    /// One value.
    case scalar
    /// Not kept, and not unknown either: a secret, or a part that no rule asks for.
    case secret
    /// Known and of no interest; nothing in it is kept.
    case ignored
    case list(Shape)
    /// Keys with a meaning. A key that is not among them is reported where `strict`, and never kept.
    case map([String: Shape], strict: Bool = false)
    /// Any key, each with this shape; for labels, sysctls and arguments.
    case dictionary(Shape)
    /// A scalar, or a mapping of scalars: Longhorn's settings for each engine.
    case scalarOrMap
}
