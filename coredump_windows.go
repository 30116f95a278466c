package main

func withoutCoreDumps() {} // Windows writes none unless its owner has set it up
