// Package steps is the walkthrough itself: the six steps of AWS's tutorial
// "Rotating a secret for an AWS database", the state machine that both front
// ends drive, the receipt of what was made, and the diagnoses of what failed.
//
// It speaks the tutorial's words and knows neither the AWS SDK nor the MySQL
// driver. Beside each step stands the small interface of the calls it makes;
// packages aws and db satisfy them and translate their errors into the ones
// declared here.
package steps
