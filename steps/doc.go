// Package steps is the machine of a walkthrough: what an act, a step and a run
// are, the state machine that both front ends drive, the receipt of what was
// made, the events, and the diagnoses of what failed. The acts are the packages
// below it, such as rotation; this one knows no step by name.
//
// It speaks the tutorial's words and knows neither the AWS SDK nor the MySQL
// driver. It declares the small interfaces of the calls that steps make, a file
// a service; packages aws and db satisfy them and translate their errors into
// the ones declared here.
package steps
