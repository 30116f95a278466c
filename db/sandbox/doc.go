// Package sandbox is an embedded MySQL server: the database that the sandbox's
// RDS hands out. It signs people in as MySQL 8.4 does (caching_sha2_password,
// TLS, RSA outside it), keeps accounts and privileges, and holds a learner's
// databases and tables in memory.
//
// The wire protocol is go-mysql's, the grammar TiDB's, the tables SQLite's;
// the glue between them is here. It is not a second MySQL: a statement beyond
// it is answered with error 1235 and a sentence that says what it is for.
package sandbox
