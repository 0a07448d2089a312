import Commands

Tool.main(Array(CommandLine.arguments.dropFirst()))
