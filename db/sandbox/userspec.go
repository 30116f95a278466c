package sandbox

import (
	"fmt"

	"github.com/go-mysql-org/go-mysql/mysql"
	"github.com/pingcap/tidb/pkg/parser/ast"
	"github.com/pingcap/tidb/pkg/parser/auth"

	"keyturn/db/sandbox/account"
	"keyturn/db/sandbox/mysqlerr"
	"keyturn/steps"
)

// specsOf reads the accounts of CREATE USER and ALTER USER, and the options
// that hold for all of them.
func (se *session) specsOf(users []*ast.UserSpec, require []*ast.AuthTokenOrTLSOption,
	options []*ast.PasswordOrLockOption, comment *ast.CommentOrAttributeOption,
) ([]account.Spec, error) {
	var common account.Spec
	if len(require) > 0 {
		r, err := requirementOf(require)
		if err != nil {
			return nil, err
		}
		common.Require = &r
	}
	for _, o := range options {
		switch o.Type {
		case ast.Lock, ast.Unlock:
			locked := o.Type == ast.Lock
			common.Locked = &locked
		case ast.PasswordExpire:
			common.Expired = true
		}
	}
	if comment != nil {
		common.Comment = &comment.Value
	}
	specs := make([]account.Spec, 0, len(users))
	for _, u := range users {
		spec := common
		spec.Name = se.nameOf(u.User)
		if len(spec.Name.User) > auth.UserNameMaxLength {
			return nil, mysql.NewError(mysql.ER_WRONG_STRING_LENGTH, fmt.Sprintf(
				"String '%.70s' is too long for user name (should be no longer than 32)", spec.Name.User))
		}
		if err := se.identify(&spec, u.AuthOpt); err != nil {
			return nil, err
		}
		specs = append(specs, spec)
	}
	return specs, nil
}

// identify reads IDENTIFIED WITH ... BY.
func (se *session) identify(spec *account.Spec, o *ast.AuthOption) error {
	if o == nil {
		return nil
	}
	if o.ByHashString && o.HashString != "" {
		return mysqlerr.Beyond("IDENTIFIED WITH ... AS 'hash'")
	}
	switch o.AuthPlugin {
	case "", mysql.AUTH_NATIVE_PASSWORD, mysql.AUTH_CACHING_SHA2_PASSWORD, mysql.AUTH_SHA256_PASSWORD:
		spec.Plugin = o.AuthPlugin
	default:
		return mysqlerr.New(mysqlerr.PluginNotLoaded, o.AuthPlugin)
	}
	password := steps.NewPassword(o.AuthString)
	spec.Password = &password
	return nil
}

// requirementOf reads REQUIRE as mysql.user stores it.
func requirementOf(options []*ast.AuthTokenOrTLSOption) (account.Requirement, error) {
	var r account.Requirement
	for _, o := range options {
		switch o.Type {
		case ast.TlsNone:
			r = account.Requirement{}
		case ast.Ssl:
			r.Type = "ANY"
		case ast.X509:
			r.Type = "X509"
		case ast.Cipher:
			r.Type, r.Cipher = "SPECIFIED", o.Value
		case ast.Issuer:
			r.Type, r.Issuer = "SPECIFIED", o.Value
		case ast.Subject:
			r.Type, r.Subject = "SPECIFIED", o.Value
		default:
			return r, mysqlerr.Beyond("REQUIRE " + o.Type.String())
		}
	}
	return r, nil
}
