// Package db is keyturn's MySQL client: it signs in to one database over TLS
// that it verifies, says what it found there, and changes the password of the
// user it signed in as. It is the only place that imports the MySQL driver;
// the driver's, TLS's and the network's errors leave it as steps.ServiceError.
package db
