import Units

extension Profile {
    /// The names of the profiles that come with tbench, in alphabetical order.
    package static var embeddedNames: [String] { EmbeddedProfiles.texts.map { $0.name } }

    /// The text of a profile that comes with tbench, comments included; nil for an unknown name.
    package static func embeddedText(_ name: String) -> String? {
        EmbeddedProfiles.texts.first { $0.name == name }?.text
    }

    /// Reads a profile that comes with tbench.
    ///
    /// - Parameter name: As `tbench list` shows it.
    /// - Returns: The profile.
    /// - Throws: For an unknown name, with the nearest that is known.
    package static func embedded(_ name: String) throws(WorkloadError) -> Profile {
        guard let text = embeddedText(name) else {
            let near = Suggestion.nearest(to: name, among: embeddedNames)
            throw WorkloadError(
                at: SourcePlace(file: shown(name)),
                "no profile has this name, and it is no path",
                hint: near.map { "did you mean '\($0)'?" }
                    ?? "profiles are \(embeddedNames.joined(separator: ", ")); a file's path works too"
            )
        }
        return try Profile(json5: text, path: name)
    }
}
