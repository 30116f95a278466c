package rds

import (
	"reflect"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/rds"
	"github.com/aws/aws-sdk-go-v2/service/rds/types"
	"github.com/pingcap/tidb/pkg/parser"

	"keyturn/aws/sandbox/wire"
	"keyturn/steps"
)

// createParameters are the members of CreateDBInstance that the sandbox
// supports.
var createParameters = []string{
	"AllocatedStorage", "AutoMinorVersionUpgrade", "AvailabilityZone", "BackupRetentionPeriod", "BackupTarget",
	"CACertificateIdentifier", "CopyTagsToSnapshot", "DatabaseInsightsMode", "DBInstanceClass", "DBInstanceIdentifier",
	"DBName", "DBParameterGroupName", "DBSubnetGroupName", "DeletionProtection", "Engine", "EngineLifecycleSupport", "EngineVersion",
	"Iops", "LicenseModel", "MasterUserPassword", "MasterUsername", "MaxAllocatedStorage", "MultiAZ", "NetworkType",
	"OptionGroupName", "Port", "PreferredBackupWindow", "PreferredMaintenanceWindow", "PubliclyAccessible",
	"StorageEncrypted", "StorageThroughput", "StorageType", "Tags", "VpcSecurityGroupIds",
}

// checkSupported rejects an input that sets a member which the sandbox would
// ignore. A zero value counts as not set.
func checkSupported(in any, supported []string) error {
	v := reflect.ValueOf(in).Elem()
	for n := range v.NumField() {
		f, field := v.Type().Field(n), v.Field(n)
		if !f.IsExported() || slices.Contains(supported, f.Name) {
			continue
		}
		if field.Kind() == reflect.Pointer && !field.IsNil() {
			field = field.Elem()
		}
		if field.IsZero() || field.Kind() == reflect.Slice && field.Len() == 0 {
			continue
		}
		return wire.Errorf("InvalidParameterValue", "The parameter %s is not supported: this sandbox has no such feature.", f.Name)
	}
	return nil
}

// checkParameters checks what depends on nothing else: identifiers, the master
// user, and numbers with a range.
func checkParameters(in *rds.CreateDBInstanceInput) error {
	for _, p := range []struct {
		name  string
		value *string
	}{
		{"DBInstanceIdentifier", in.DBInstanceIdentifier},
		{"Engine", in.Engine},
		{"DBInstanceClass", in.DBInstanceClass},
		{"MasterUsername", in.MasterUsername},
		{"MasterUserPassword", in.MasterUserPassword},
	} {
		if aws.ToString(p.value) == "" {
			return missingParameter(p.name)
		}
	}
	if err := checkIdentifier("DBInstanceIdentifier", *in.DBInstanceIdentifier); err != nil {
		return err
	}
	if !slices.Contains(engines, *in.Engine) {
		return wire.Errorf("InvalidParameterValue", "Invalid DB engine: %s", *in.Engine)
	}
	if *in.Engine != engine {
		return unsupportedCombination(*in.DBInstanceClass, *in.Engine, aws.ToString(in.EngineVersion))
	}
	if m := aws.ToString(in.LicenseModel); m != "" && m != licenseModel {
		return wire.Errorf("InvalidParameterCombination", "Invalid license model '%s' for engine '%s'. Valid license models are: %s.", m, engine, licenseModel)
	}
	if err := checkUsername(*in.MasterUsername); err != nil {
		return err
	}
	if err := checkPassword(*in.MasterUserPassword); err != nil {
		return err
	}
	if err := checkDatabase(in.DBName); err != nil {
		return err
	}
	if err := checkRetention(in.BackupRetentionPeriod); err != nil {
		return err
	}
	return checkPort(in.Port)
}

// usernamePattern is CreateDBInstance's MasterUsername for MySQL, without its
// limit of 16 characters. The service accepts underscores, too.
var usernamePattern = steps.NewPattern(`^[A-Za-z][A-Za-z0-9_]*$`)

// reservedUsers are the names that RDS for MySQL uses itself (RDS User Guide,
// "Understanding users and permissions").
var reservedUsers = []string{"rdsadmin", "rdsrepladmin", "rdstopmgr", "rds_superuser_role"}

func checkUsername(name string) error {
	switch {
	case len(name) > 16:
		return wire.Errorf("InvalidParameterValue", "The parameter MasterUsername is not a valid identifier because it is longer than 16 characters.")
	case !usernamePattern.MatchString(name):
		return wire.Errorf("InvalidParameterValue", "The parameter MasterUsername is not a valid identifier. Identifiers must begin with a letter and must contain only ASCII letters, digits, and underscores.")
	}
	if isReserved(name) || slices.Contains(reservedUsers, strings.ToLower(name)) {
		return wire.Errorf("InvalidParameterValue", "MasterUsername %s cannot be used as it is a reserved word used by the engine", name)
	}
	return nil
}

// isReserved reports whether MySQL reserves the word.
func isReserved(word string) bool {
	return slices.ContainsFunc(parser.Keywords, func(k parser.KeywordsType) bool {
		return k.Reserved && k.Section == "reserved" && strings.EqualFold(k.Word, word)
	})
}

// databasePattern is CreateDBInstance's DBName for MySQL.
var databasePattern = steps.NewPattern(`^[A-Za-z][A-Za-z0-9_]{0,63}$`)

// reservedDatabases exist in every server; RDS also reserves innodb.
var reservedDatabases = []string{"information_schema", "innodb", "mysql", "performance_schema", "sys"}

func checkDatabase(name *string) error {
	switch {
	case name == nil:
		return nil
	case !databasePattern.MatchString(*name):
		return wire.Errorf("InvalidParameterValue", "DBName must begin with a letter and contain only alphanumeric characters.")
	case isReserved(*name) || slices.Contains(reservedDatabases, strings.ToLower(*name)):
		return wire.Errorf("InvalidParameterValue", "DBName %s cannot be used. It is a reserved word for this engine", *name)
	}
	return nil
}

func checkPassword(password string) error {
	unfit := func(c rune) bool { return c <= ' ' || c > '~' || strings.ContainsRune(`/@"`, c) }
	switch {
	case strings.ContainsFunc(password, unfit):
		return wire.Errorf("InvalidParameterValue", `The parameter MasterUserPassword is not a valid password. Only printable ASCII characters besides '/', '@', '"', ' ' may be used.`)
	case len(password) < 8:
		return wire.Errorf("InvalidParameterValue", "The parameter MasterUserPassword is not a valid password because it is shorter than 8 characters.")
	case len(password) > 41:
		return wire.Errorf("InvalidParameterValue", "The parameter MasterUserPassword is not a valid password because it is longer than 41 characters.")
	}
	return nil
}

func checkRetention(days *int32) error {
	if days != nil && (*days < 0 || *days > 35) {
		return wire.Errorf("InvalidParameterValue", "Invalid backup retention period: %d. Must be between 0 and 35.", *days)
	}
	return nil
}

func checkPort(port *int32) error {
	if port != nil && (*port < 1150 || *port > 65535) {
		return wire.Errorf("InvalidParameterValue", "Invalid endpoint port: %d. Endpoint port must be in range: 1150-65535", *port)
	}
	return nil
}

// checkPlacement checks the names of other resources of the account.
func (s *Service) checkPlacement(in *rds.CreateDBInstanceInput, version version) error {
	if err := s.checkNetwork(aws.ToString(in.DBSubnetGroupName), aws.ToBool(orBool(in.PubliclyAccessible, true))); err != nil {
		return err
	}
	zone := aws.ToString(in.AvailabilityZone)
	if zone != "" && aws.ToBool(in.MultiAZ) {
		return wire.Errorf("InvalidParameterCombination", "Requesting a specific availability zone is not valid for Multi-AZ instances.")
	}
	if zone != "" && !slices.Contains(s.zones(), zone) {
		return wire.Errorf("InvalidParameterValue", "The parameter AvailabilityZone is not a valid availability zone: %s", zone)
	}
	if n := aws.ToString(in.DBParameterGroupName); n != "" && !strings.EqualFold(n, version.parameterGroup()) {
		return &wire.Error{Code: "DBParameterGroupNotFound", Message: "DBParameterGroup not found: " + n, Status: 404}
	}
	if n := aws.ToString(in.OptionGroupName); n != "" && !strings.EqualFold(n, version.optionGroup()) {
		return &wire.Error{Code: "OptionGroupNotFoundFault", Message: "Specified OptionGroupName: " + n + " not found.", Status: 404}
	}
	if n := aws.ToString(in.CACertificateIdentifier); n != "" && n != certificateAuthority {
		return &wire.Error{Code: "CertificateNotFound", Message: "Certificate " + n + " not found.", Status: 404}
	}
	if n := aws.ToString(in.NetworkType); n != "" && n != "IPV4" {
		return wire.Errorf("NetworkTypeNotSupported", "The network type %s is not supported by the DB subnet group default.", n)
	}
	if n := aws.ToString(in.BackupTarget); n != "" && n != "region" {
		return wire.Errorf("InvalidParameterValue", "Invalid backup target: %s", n)
	}
	if m := in.DatabaseInsightsMode; m != "" && m != types.DatabaseInsightsModeStandard {
		return wire.Errorf("InvalidParameterCombination", "The Database Insights mode %s is not available for DBInstanceClass=%s.", m, *in.DBInstanceClass)
	}
	return nil
}

func (s *Service) zones() []string {
	var zones []string
	for _, n := range s.firewall.VPC().Subnets {
		zones = append(zones, n.Zone)
	}
	return zones
}

// memberships returns the security groups of an instance: those given, or the
// VPC's default group if there are none.
func (s *Service) memberships(ids []string) ([]types.VpcSecurityGroupMembership, error) {
	if len(ids) == 0 {
		ids = []string{s.firewall.VPC().GroupID}
	}
	var members []types.VpcSecurityGroupMembership
	for _, id := range ids {
		if !s.firewall.HasGroup(id) {
			return nil, wire.Errorf("InvalidParameterValue", "Invalid security group , groupId= %s, groupName=.", id)
		}
		members = append(members, types.VpcSecurityGroupMembership{VpcSecurityGroupId: aws.String(id), Status: aws.String("active")})
	}
	return members, nil
}
