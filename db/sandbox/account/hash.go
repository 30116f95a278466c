package account

import (
	"sync"

	"github.com/go-mysql-org/go-mysql/mysql"
	"github.com/pingcap/tidb/pkg/parser/auth"

	"keyturn/steps"
)

// secret is a password and, once somebody asks for it, its hash.
type secret struct {
	password steps.Password
	hash     func() string
}

func newSecret(plugin string, password steps.Password) *secret {
	return &secret{password: password, hash: sync.OnceValue(func() string { return hashed(plugin, password) })}
}

// unusable is what MySQL stores for accounts that nobody signs in with.
const unusable = "$A$005$THISISACOMBINATIONOFINVALIDSALTANDPASSWORDTHATMUSTNEVERBRBEUSED"

func hashed(plugin string, password steps.Password) string {
	switch {
	case password.IsZero():
		return ""
	case plugin == mysql.AUTH_NATIVE_PASSWORD:
		return mysql.EncodePasswordHex(mysql.NativePasswordHash([]byte(password.Reveal())))
	}
	return auth.NewHashPassword(password.Reveal(), mysql.AUTH_CACHING_SHA2_PASSWORD)
}

// Hash is what mysql.user holds of the password.
func (a *Account) Hash() string {
	if a.internal {
		return unusable
	}
	return a.secret.hash()
}
