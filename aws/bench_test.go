package aws_test

import (
	"testing"

	"keyturn/aws"
	"keyturn/steps"
)

// BenchmarkOpen is what a session costs before its first call.
func BenchmarkOpen(b *testing.B) {
	for b.Loop() {
		_, err := aws.Open(b.Context(), aws.Options{
			Region: "us-east-1", Endpoint: "http://127.0.0.1:1", AccessKeyID: "AKIDEXAMPLE", SecretAccessKey: "secret",
			Observe: func(steps.Event) {},
		})
		if err != nil {
			b.Fatal(err)
		}
	}
}
