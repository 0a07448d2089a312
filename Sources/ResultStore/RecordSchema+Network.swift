// The `$defs` of the schema that are about ways to other machines.
extension RecordSchema {
    static let networkDefinitions = """
            "network_path": {
              "type": "object",
              "description": "The way from this machine to one other.",
              "required": ["peer", "peer_kind", "is_loopback", "slopes", "streams", "unknown"],
              "properties": {
                "peer": {"type": "string", "description": "As on the command line, with its port."},
                "peer_kind": {"type": "string", "description": "tbench agent or longhorn replica."},
                "peer_address": {"type": "string"},
                "local_address": {"type": "string"},
                "is_loopback": {"type": "boolean", "description": "Both ends are one machine: no network was measured."},
                "interface": {"$ref": "#/$defs/interface"},
                "transport": {"$ref": "#/$defs/transport"},
                "mtu": {"$ref": "#/$defs/path_mtu"},
                "slopes": {"type": "array", "items": {"$ref": "#/$defs/network_slope"}},
                "streams": {"type": "array", "items": {"$ref": "#/$defs/network_stream"}},
                "unknown": {"$ref": "#/$defs/names"}
              }
            },
            "interface": {
              "type": "object",
              "description": "Where packets leave, as /sys/class/net and ethtool show it.",
              "required": ["name", "offloads", "counted"],
              "properties": {
                "name": {"type": "string"},
                "kind": {"type": "string", "description": "ethernet, loopback, veth, bridge, bond, vlan, vxlan, wireguard, tun, …"},
                "driver": {"type": "string"},
                "mtu_bytes": {"$ref": "#/$defs/count"},
                "speed_mbps": {"$ref": "#/$defs/count", "description": "As negotiated or claimed, megabits a second."},
                "duplex": {"type": "string"},
                "carrier": {"type": "boolean"},
                "rx_queues": {"$ref": "#/$defs/count"},
                "tx_queues": {"$ref": "#/$defs/count"},
                "offloads": {"type": "object", "additionalProperties": {"type": "boolean"}},
                "counted": {"type": "object", "additionalProperties": {"$ref": "#/$defs/count"}, "description": "Errors and drops while the run went on."}
              }
            },
            "transport": {
              "type": "object",
              "description": "TCP_INFO of the connections.",
              "required": ["connections"],
              "properties": {
                "connections": {"$ref": "#/$defs/count"},
                "retransmits": {"$ref": "#/$defs/count"},
                "segments_sent": {"$ref": "#/$defs/count"},
                "rtt_ns": {"$ref": "#/$defs/count"},
                "rtt_variation_ns": {"$ref": "#/$defs/count"},
                "rtt_min_ns": {"$ref": "#/$defs/count", "description": "The wire and both kernels, no process."},
                "send_mss_bytes": {"$ref": "#/$defs/count"},
                "receive_mss_bytes": {"$ref": "#/$defs/count"},
                "path_mtu_bytes": {"$ref": "#/$defs/count", "description": "What TCP believes."},
                "congestion_window": {"$ref": "#/$defs/count"},
                "lost": {"$ref": "#/$defs/count"}
              }
            },
            "path_mtu": {
              "type": "object",
              "description": "The largest IP packet that arrives whole.",
              "required": ["method", "state", "probes"],
              "properties": {
                "method": {"enum": ["datagrams", "tcp"]},
                "interface_bytes": {"$ref": "#/$defs/count"},
                "forward_bytes": {"$ref": "#/$defs/count"},
                "reverse_bytes": {"$ref": "#/$defs/count"},
                "told_bytes": {"$ref": "#/$defs/count", "description": "What a router said."},
                "state": {"enum": ["whole", "told", "black_hole", "unknown"]},
                "diagnosis": {"type": "string"},
                "probes": {
                  "type": "array",
                  "items": {
                    "type": "object",
                    "required": ["bytes", "direction", "answer"],
                    "properties": {
                      "bytes": {"$ref": "#/$defs/count"},
                      "direction": {"enum": ["forward", "reverse"]},
                      "answer": {"enum": ["arrived", "told", "silent"]}
                    }
                  }
                }
              }
            },
            "network_slope": {
              "type": "object",
              "description": "The straight line through the median round trips of requests of several sizes.",
              "required": ["operation", "ns_per_kib", "intercept_ns"],
              "properties": {
                "operation": {"enum": ["write", "read"]},
                "ns_per_kib": {"type": "number"},
                "ns_per_kib_ci95": {"$ref": "#/$defs/interval"},
                "intercept_ns": {"type": "number"},
                "bytes_per_second": {"type": "number"},
                "r_squared": {"type": "number"}
              }
            },
            "network_stream": {
              "type": "object",
              "description": "128 KiB requests, sixteen in flight on each connection.",
              "required": ["operation", "streams", "bytes_per_second"],
              "properties": {
                "operation": {"enum": ["write", "read"]},
                "streams": {"$ref": "#/$defs/count"},
                "bytes_per_second": {"type": "number"},
                "bytes_per_second_ci95": {"$ref": "#/$defs/interval"},
                "retransmits": {"$ref": "#/$defs/count"}
              }
            }
        """
}
