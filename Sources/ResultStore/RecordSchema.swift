/// The JSON Schema of a record, as `tbench schema` prints it.
///
/// Draft 2020-12. Unknown keys are allowed everywhere: additive changes keep `v`.
package enum RecordSchema {
    /// The schema as JSON text with a final newline.
    package static let json = """
        {
          "$schema": "https://json-schema.org/draft/2020-12/schema",
          "$id": "urn:tbench:result:1",
          "title": "tbench result",
          "description": "One run of tbench. Times are integer nanoseconds (_ns), sizes are bytes (_bytes), integers stay below 2^53. What is unknown is absent, never null. Ignore keys you do not know; refuse a higher v.",
          "type": "object",
          "required": ["schema", "v", "method", "run", "benchmark", "target", "tags", "host", "phases", "metrics", "warnings"],
          "properties": {
            "schema": {"const": "tbench.result"},
            "v": {"const": 1, "description": "Version of this layout."},
            "method": {"type": "integer", "minimum": 1, "description": "Version of the measuring method; records of different methods are not comparable."},
            "run": {"$ref": "#/$defs/run"},
            "benchmark": {"$ref": "#/$defs/benchmark"},
            "target": {"$ref": "#/$defs/target"},
            "tags": {"$ref": "#/$defs/texts", "description": "What the user declared, such as format=qcow2."},
            "host": {"$ref": "#/$defs/host"},
            "noise": {"$ref": "#/$defs/noise"},
            "conditions": {"$ref": "#/$defs/conditions"},
            "phases": {"type": "array", "items": {"$ref": "#/$defs/phase"}, "description": "In the order they ran."},
            "network": {"type": "array", "items": {"$ref": "#/$defs/network_path"}, "description": "The ways to other machines that were measured."},
            "metrics": {"type": "object", "additionalProperties": {"$ref": "#/$defs/metric"}, "description": "Headline numbers by name; all can be derived from phases."},
            "verdict": {"$ref": "#/$defs/verdict"},
            "warnings": {"type": "array", "items": {"$ref": "#/$defs/warning"}}
          },
          "$defs": {
        \(runDefinitions),
        \(machineDefinitions),
        \(networkDefinitions),
        \(measurementDefinitions)
          }
        }

        """
}
