import Commands

Tool.main(ProcessArguments.all)
