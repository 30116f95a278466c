package engine

import (
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"database/sql/driver"
	"encoding/base64"
	"encoding/hex"
	"hash/crc32"

	"github.com/google/uuid"
)

var digestFunctions = map[string]scalar{
	"md5": {1, 1, false, func(a []driver.Value) (driver.Value, error) {
		sum := md5.Sum([]byte(text(a[0])))
		return hex.EncodeToString(sum[:]), nil
	}},
	"sha1": {1, 1, false, func(a []driver.Value) (driver.Value, error) {
		sum := sha1.Sum([]byte(text(a[0])))
		return hex.EncodeToString(sum[:]), nil
	}},
	"sha2": {2, 2, false, func(a []driver.Value) (driver.Value, error) {
		return sha2([]byte(text(a[0])), integer(a[1])), nil
	}},
	"crc32": {1, 1, false, func(a []driver.Value) (driver.Value, error) {
		return int64(crc32.ChecksumIEEE([]byte(text(a[0])))), nil
	}},
	"to_base64": {1, 1, false, func(a []driver.Value) (driver.Value, error) {
		return base64.StdEncoding.EncodeToString([]byte(text(a[0]))), nil
	}},
	"from_base64": {1, 1, false, func(a []driver.Value) (driver.Value, error) {
		b, err := base64.StdEncoding.DecodeString(text(a[0]))
		if err != nil {
			return nil, nil
		}
		return b, nil
	}},
	"mysql_uuid": {0, 0, false, func([]driver.Value) (driver.Value, error) {
		id, err := uuid.NewUUID()
		return id.String(), err
	}},
}

// sha2 is NULL for a length that SHA2 does not know.
func sha2(b []byte, bits int64) driver.Value {
	switch bits {
	case 224:
		sum := sha256.Sum224(b)
		return hex.EncodeToString(sum[:])
	case 0, 256:
		sum := sha256.Sum256(b)
		return hex.EncodeToString(sum[:])
	case 384:
		sum := sha512.Sum384(b)
		return hex.EncodeToString(sum[:])
	case 512:
		sum := sha512.Sum512(b)
		return hex.EncodeToString(sum[:])
	}
	return nil
}
