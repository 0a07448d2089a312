// The `$defs` of the schema, in the order of the record's parts.
extension RecordSchema {
    static let runDefinitions = """
            "count": {"type": "integer", "minimum": 0, "maximum": 9007199254740991},
            "ratio": {"type": "number", "minimum": 0, "description": "A share, 1 is all."},
            "interval": {"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 2, "description": "Low, high."},
            "names": {"type": "array", "items": {"type": "string"}},
            "texts": {"type": "object", "additionalProperties": {"type": "string"}},
            "grade": {"enum": ["pass", "borderline", "fail", "inconclusive"]},
            "run": {
              "type": "object",
              "description": "Who ran what, when, and how it ended.",
              "required": ["id", "started", "duration_ns", "tool_version", "tool_build", "arguments", "outcome"],
              "properties": {
                "id": {"type": "string", "description": "Eight hexadecimal digits."},
                "started": {"type": "string", "description": "UTC, ISO 8601: 2026-08-03T10:15:22Z."},
                "duration_ns": {"$ref": "#/$defs/count", "description": "Wall time of the command."},
                "time_to_verdict_ns": {"$ref": "#/$defs/count"},
                "tool_version": {"type": "string"},
                "tool_commit": {"type": "string"},
                "tool_build": {"type": "string"},
                "arguments": {"$ref": "#/$defs/names", "description": "As typed, without the program's name."},
                "outcome": {"enum": ["complete", "partial", "failed"]},
                "outcome_reason": {"type": "string"},
                "peak_memory_bytes": {"$ref": "#/$defs/count"},
                "turns": {"type": "string", "description": "Records of equal text were measured in turns: round i of one stands beside round i of the others."}
              }
            },
            "benchmark": {
              "type": "object",
              "description": "The workload and how it was issued.",
              "required": ["name", "workload", "spec", "engine", "engine_requested", "engine_features"],
              "properties": {
                "name": {"type": "string"},
                "workload": {"type": "string", "description": "sha256 of spec; two runs are comparable only if it is equal."},
                "spec": {"$ref": "#/$defs/texts"},
                "engine": {"type": "string", "description": "The engine used: sync, io_uring or libaio."},
                "engine_requested": {"type": "string"},
                "engine_fallback_reason": {"type": "string"},
                "engine_features": {"$ref": "#/$defs/names"}
              }
            }
        """

    static let machineDefinitions = """
            "target": {
              "type": "object",
              "description": "What was measured and what lies under it.",
              "required": ["path", "kind", "stack", "unknown"],
              "properties": {
                "path": {"type": "string"},
                "kind": {"type": "string", "description": "directory, file or block device."},
                "filesystem": {"$ref": "#/$defs/filesystem"},
                "stack": {"type": "array", "items": {"$ref": "#/$defs/device"}, "description": "From the top to the disks."},
                "unknown": {"$ref": "#/$defs/names", "description": "What could not be learned and why."}
              }
            },
            "filesystem": {
              "type": "object",
              "required": ["type", "mount_options"],
              "properties": {
                "type": {"type": "string"},
                "mount_point": {"type": "string"},
                "source": {"type": "string"},
                "mount_options": {"$ref": "#/$defs/names"},
                "size_bytes": {"$ref": "#/$defs/count"},
                "free_bytes": {"$ref": "#/$defs/count"},
                "block_size_bytes": {"$ref": "#/$defs/count"},
                "device": {"type": "string", "description": "major:minor."},
                "journal": {"type": "string", "description": "data=ordered, … or none."}
              }
            },
            "device": {
              "type": "object",
              "description": "One block device, as /sys shows it.",
              "required": ["name"],
              "properties": {
                "name": {"type": "string"},
                "by_id": {"type": "string"},
                "model": {"type": "string"},
                "serial_hash": {"type": "string", "description": "Of the serial number, never the number itself."},
                "firmware": {"type": "string"},
                "transport": {"type": "string"},
                "driver": {"type": "string"},
                "size_bytes": {"$ref": "#/$defs/count"},
                "logical_block_bytes": {"$ref": "#/$defs/count"},
                "physical_block_bytes": {"$ref": "#/$defs/count"},
                "rotational": {"type": "boolean"},
                "read_only": {"type": "boolean"},
                "scheduler": {"type": "string"},
                "requests": {"$ref": "#/$defs/count"},
                "write_cache": {"type": "string", "description": "write back or write through."},
                "fua": {"type": "boolean"},
                "discard_max_bytes": {"$ref": "#/$defs/count"},
                "max_sectors_kib": {"$ref": "#/$defs/count"},
                "writeback_throttle_usec": {"type": "integer"},
                "backing": {"type": "string", "description": "The file behind a loop device."}
              }
            },
            "host": {
              "type": "object",
              "required": ["container", "unknown"],
              "properties": {
                "node": {"type": "string"},
                "boot_id": {"type": "string"},
                "uptime_seconds": {"type": "number"},
                "kernel": {"type": "string"},
                "architecture": {"type": "string"},
                "distribution": {"type": "string"},
                "cpu_model": {"type": "string"},
                "cpu_count": {"$ref": "#/$defs/count"},
                "governor": {"type": "string"},
                "idle_driver": {"type": "string"},
                "clocksource": {"type": "string"},
                "memory_bytes": {"$ref": "#/$defs/count"},
                "hypervisor": {"type": "string"},
                "platform": {"type": "string"},
                "load_average": {"type": "number"},
                "container": {"$ref": "#/$defs/texts", "description": "Cgroup limits, seccomp, pod."},
                "settings": {"$ref": "#/$defs/texts", "description": "Kernel settings that move numbers."},
                "unknown": {"$ref": "#/$defs/names"}
              }
            },
            "noise": {
              "type": "object",
              "description": "What this machine can resolve, measured before the run without I/O.",
              "required": ["clock_cost_ns", "timer_overshoot_p50_ns", "timer_overshoot_p99_ns", "timer_overshoot_max_ns", "spin_gap_max_ns", "spin_stolen_ratio"],
              "properties": {
                "clock_cost_ns": {"type": "number"},
                "timer_overshoot_p50_ns": {"$ref": "#/$defs/count"},
                "timer_overshoot_p99_ns": {"$ref": "#/$defs/count"},
                "timer_overshoot_max_ns": {"$ref": "#/$defs/count"},
                "spin_gap_max_ns": {"$ref": "#/$defs/count"},
                "spin_stolen_ratio": {"$ref": "#/$defs/ratio"},
                "engine_cost_ns": {"type": "number", "description": "tbench's own loop per I/O, on an engine that does nothing."}
              }
            },
            "conditions": {
              "type": "object",
              "description": "What else happened on the machine during the run.",
              "properties": {
                "steal_ratio": {"$ref": "#/$defs/ratio"},
                "cpu_busy_ratio": {"$ref": "#/$defs/ratio"},
                "own_cpu_ratio": {"$ref": "#/$defs/ratio", "description": "Time of all CPUs that tbench used; part of cpu_busy_ratio."},
                "throttled_ratio": {"$ref": "#/$defs/ratio"},
                "pressure_cpu_ratio": {"$ref": "#/$defs/ratio"},
                "pressure_io_ratio": {"$ref": "#/$defs/ratio"},
                "pressure_memory_ratio": {"$ref": "#/$defs/ratio"},
                "run_delay_ratio": {"$ref": "#/$defs/ratio"},
                "involuntary_switches": {"$ref": "#/$defs/count"},
                "foreign_io_ratio": {"$ref": "#/$defs/ratio"},
                "device_writes": {"$ref": "#/$defs/count"},
                "device_write_sectors": {"$ref": "#/$defs/count"},
                "device_flushes": {"$ref": "#/$defs/count"},
                "device_reads": {"$ref": "#/$defs/count"},
                "clock_step_ns": {"type": "integer", "description": "Wall clock against monotonic clock."}
              }
            }
        """

    static let measurementDefinitions = """
            "phase": {
              "type": "object",
              "description": "A load held for some rounds, on one layout.",
              "required": ["name", "kind", "start_seconds", "rounds", "counters", "slow"],
              "properties": {
                "name": {"type": "string"},
                "kind": {"type": "string", "description": "verdict, ramp, sequential, recovery, device, fio-recipe, job, disk, ladder, network, apart, beside or host."},
                "offered_per_second": {"type": "number", "description": "Absent for a closed loop."},
                "start_seconds": {"type": "number"},
                "rounds": {"type": "array", "items": {"$ref": "#/$defs/round"}},
                "counters": {"type": "object", "additionalProperties": {"type": "number"}},
                "slow": {"type": "array", "maxItems": 64, "items": {"$ref": "#/$defs/slow"}},
                "ladder": {"$ref": "#/$defs/ladder"},
                "stop_reason": {"type": "string"}
              }
            },
            "ladder": {
              "type": "object",
              "description": "A step between a disk and a replicated volume; the difference of two steps is one component.",
              "required": ["step", "replicas", "operation", "block_bytes", "depth", "connections", "at_once"],
              "properties": {
                "step": {"enum": ["disk", "ping", "exchange", "replica", "fan_out", "engine", "device", "filesystem"]},
                "replicas": {"$ref": "#/$defs/names"},
                "operation": {"enum": ["ping", "read", "write"]},
                "pattern": {"enum": ["random", "sequential"]},
                "block_bytes": {"$ref": "#/$defs/count"},
                "depth": {"$ref": "#/$defs/count"},
                "connections": {"$ref": "#/$defs/count"},
                "at_once": {"$ref": "#/$defs/count", "description": "Replicas busy with the same at the same moment; 1 is alone."}
              }
            },
            "round": {
              "type": "object",
              "required": ["duration_ns", "latency"],
              "properties": {
                "duration_ns": {"$ref": "#/$defs/count"},
                "latency": {"type": "object", "additionalProperties": {"$ref": "#/$defs/histogram"}, "description": "By operation class."},
                "foreign_io_ratio": {"$ref": "#/$defs/ratio"}
              }
            },
            "histogram": {
              "type": "object",
              "description": "Log-linear (HdrHistogram layout) with 7 sub-bucket bits: below 256 ns a bucket is its value; above, each power of two has 128 equal buckets.",
              "required": ["buckets", "min_ns", "max_ns", "sum_ns"],
              "properties": {
                "buckets": {"type": "array", "items": {"$ref": "#/$defs/count"}, "description": "[index, count, index, count, …], ascending, empty buckets left out."},
                "min_ns": {"$ref": "#/$defs/count"},
                "max_ns": {"$ref": "#/$defs/count"},
                "sum_ns": {"$ref": "#/$defs/count"}
              }
            },
            "slow": {
              "type": "object",
              "description": "One slow operation.",
              "required": ["operation", "at_seconds", "duration_ns"],
              "properties": {
                "operation": {"type": "string"},
                "at_seconds": {"type": "number"},
                "duration_ns": {"$ref": "#/$defs/count"},
                "offset_bytes": {"$ref": "#/$defs/count", "description": "Where on the target."}
              }
            },
            "metric": {
              "type": "object",
              "description": "A number in the unit its name ends with, its interval, and what stands behind it.",
              "required": ["value", "flags"],
              "properties": {
                "value": {"type": "number"},
                "ci95": {"$ref": "#/$defs/interval"},
                "ci99": {"$ref": "#/$defs/interval"},
                "count": {"$ref": "#/$defs/count"},
                "tail": {"$ref": "#/$defs/count", "description": "Samples beyond the value."},
                "flags": {"type": "array", "items": {"type": "string"}, "description": "burst, correlated, drifting, too-few."}
              }
            },
            "verdict": {
              "type": "object",
              "required": ["grade", "headline", "checks", "cause", "advice"],
              "properties": {
                "grade": {"$ref": "#/$defs/grade"},
                "headline": {"type": "string"},
                "checks": {"type": "array", "items": {"$ref": "#/$defs/check"}},
                "cause": {"type": "string", "description": "What limits this disk."},
                "advice": {"type": "string"}
              }
            },
            "check": {
              "type": "object",
              "required": ["name", "limit", "measured", "grade", "source"],
              "properties": {
                "name": {"type": "string"},
                "limit": {"type": "string"},
                "measured": {"type": "string"},
                "grade": {"$ref": "#/$defs/grade"},
                "source": {"type": "string", "description": "Whose limit it is: etcd or tbench."},
                "reason": {"type": "string"}
              }
            },
            "warning": {
              "type": "object",
              "required": ["code", "severity", "text"],
              "properties": {
                "code": {"type": "string", "description": "Stable, for scripts."},
                "severity": {"enum": ["note", "caution", "contaminated"]},
                "text": {"type": "string"},
                "hint": {"type": "string"}
              }
            }
        """
}
