print("tbench")
