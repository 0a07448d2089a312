import ResultStore
import Units

/// `tbench schema`: the JSON Schema of result records.
enum SchemaCommand {
    static func run(console: Console) -> ExitCode {
        console.output(RecordSchema.json + "\n") ? .success : .failure
    }
}
