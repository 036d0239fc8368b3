//go:build e2e

// Keeps in go.mod what only the end-to-end suite imports; `build e2e` compiles these packages by their names.
package main

import (
	_ "k8s.io/kubernetes/test/e2e"
	_ "k8s.io/kubernetes/test/images/agnhost"
)
