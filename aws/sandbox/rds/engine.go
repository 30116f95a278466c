package rds

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/rds"
	"github.com/aws/aws-sdk-go-v2/service/rds/types"

	"keyturn/aws/sandbox/wire"
)

const (
	engine               = "mysql"
	licenseModel         = "general-public-license"
	certificateAuthority = "rds-ca-rsa2048-g1"
)

// engines are the names that CreateDBInstance documents. The sandbox offers
// only MySQL.
var engines = []string{
	"aurora-mysql", "aurora-postgresql", "custom-oracle-ee", "custom-oracle-ee-cdb", "custom-oracle-se2", "custom-oracle-se2-cdb",
	"db2-ae", "db2-ce", "db2-se", "mariadb", "mysql", "oracle-ee", "oracle-ee-cdb", "oracle-se2", "oracle-se2-cdb", "postgres",
	"sqlserver-dev-ee", "sqlserver-ee", "sqlserver-se", "sqlserver-ex", "sqlserver-web",
}

// version is an engine version: 8.4.8 has major "8.4" and minor 8.
type version struct {
	major string
	minor int
}

// versions are RDS for MySQL's, oldest first (RDS User Guide, "MySQL on Amazon
// RDS versions", early 2026). The newest of a major version is its default, the
// last of all the engine's.
var versions = []version{
	{"8.0", 40},
	{"8.0", 41},
	{"8.0", 42},
	{"8.0", 43},
	{"8.0", 44},
	{"8.0", 45},
	{"8.4", 3},
	{"8.4", 4},
	{"8.4", 5},
	{"8.4", 6},
	{"8.4", 7},
	{"8.4", 8},
}

// endOfSupport is the day on which standard support of a major version ends.
// After it there is only Extended Support.
var endOfSupport = map[string]time.Time{
	"8.0": time.Date(2026, time.July, 31, 0, 0, 0, 0, time.UTC),
	"8.4": time.Date(2029, time.July, 31, 0, 0, 0, 0, time.UTC),
}

func (v version) String() string         { return fmt.Sprintf("%s.%d", v.major, v.minor) }
func (v version) parameterGroup() string { return "default.mysql" + v.major }
func (v version) optionGroup() string {
	return "default:mysql-" + strings.ReplaceAll(v.major, ".", "-")
}
func (v version) family() string { return "mysql" + v.major }

func (v version) isDefault() bool {
	return !slices.ContainsFunc(versions, func(o version) bool { return o.major == v.major && o.minor > v.minor })
}

// resolveVersion parses CreateDBInstance's EngineVersion: a version, a major
// version, or nothing.
func resolveVersion(want *string) (version, error) {
	name := aws.ToString(want)
	for _, v := range slices.Backward(versions) {
		if name == "" || name == v.major || name == v.String() {
			return v, nil
		}
	}
	return version{}, wire.Errorf("InvalidParameterCombination", "Cannot find version %s for %s", name, engine)
}

// The values of EngineLifecycleSupport.
const (
	extendedSupport         = "open-source-rds-extended-support"
	extendedSupportDisabled = "open-source-rds-extended-support-disabled"
)

// lifecycleSupport returns an instance's EngineLifecycleSupport. Without
// Extended Support, a major version past its standard support cannot be created.
func lifecycleSupport(want *string, v version, now time.Time) (string, error) {
	switch support := aws.ToString(want); {
	case support == "" || support == extendedSupport:
		return extendedSupport, nil
	case support != extendedSupportDisabled:
		return "", wire.Errorf("InvalidParameterValue", "Invalid value %s for EngineLifecycleSupport. Valid values: %s, %s", support, extendedSupport, extendedSupportDisabled)
	case now.After(endOfSupport[v.major].AddDate(0, 0, 1)):
		return "", wire.Errorf("InvalidParameterCombination", "The engine version %s is past its RDS end of standard support date. Enable RDS Extended Support or choose a newer major version.", v)
	}
	return extendedSupportDisabled, nil
}

var versionFilters = map[string]func(types.DBEngineVersion) *string{
	"db-parameter-group-family": func(v types.DBEngineVersion) *string { return v.DBParameterGroupFamily },
	"engine":                    func(v types.DBEngineVersion) *string { return v.Engine },
	"engine-mode":               func(types.DBEngineVersion) *string { return aws.String("provisioned") },
	"engine-version":            func(v types.DBEngineVersion) *string { return v.EngineVersion },
	"status":                    func(v types.DBEngineVersion) *string { return v.Status },
}

func (s *Service) describeDBEngineVersions(_ context.Context, in *rds.DescribeDBEngineVersionsInput) (*rds.DescribeDBEngineVersionsOutput, error) {
	if e := aws.ToString(in.Engine); e != "" && !slices.Contains(engines, e) {
		return nil, wire.Errorf("InvalidParameterValue", "Unrecognized engine name: %s", e)
	}
	want := aws.ToString(in.EngineVersion)
	var found []types.DBEngineVersion
	for _, v := range versions {
		switch {
		case in.Engine != nil && *in.Engine != engine,
			in.DBParameterGroupFamily != nil && *in.DBParameterGroupFamily != v.family(),
			want != "" && want != v.major && want != v.String(),
			aws.ToBool(in.DefaultOnly) && !v.isDefault(),
			aws.ToBool(in.DefaultOnly) && want == "" && in.DBParameterGroupFamily == nil && v != versions[len(versions)-1]:
			continue
		}
		found = append(found, toDBEngineVersion(v))
	}
	found, err := applyFilters(found, in.Filters, versionFilters)
	if err != nil {
		return nil, err
	}
	found, marker, err := page(found, in.MaxRecords, 100, in.Marker)
	if err != nil {
		return nil, err
	}
	return &rds.DescribeDBEngineVersionsOutput{DBEngineVersions: found, Marker: marker}, nil
}

func toDBEngineVersion(v version) types.DBEngineVersion {
	return types.DBEngineVersion{
		DBEngineDescription:               aws.String("MySQL Community Edition"),
		DBEngineVersionDescription:        aws.String("MySQL " + v.String()),
		DBParameterGroupFamily:            aws.String(v.family()),
		Engine:                            aws.String(engine),
		ExportableLogTypes:                []string{},
		EngineVersion:                     aws.String(v.String()),
		MajorEngineVersion:                aws.String(v.major),
		Status:                            aws.String("available"),
		SupportedCACertificateIdentifiers: []string{certificateAuthority},
		SupportedFeatureNames:             []string{},
		SupportsBabelfish:                 aws.Bool(false),
		SupportsCertificateRotationWithoutRestart: aws.Bool(true),
		SupportsGlobalDatabases:                   aws.Bool(false),
		SupportsIntegrations:                      aws.Bool(false),
		SupportsLimitlessDatabase:                 aws.Bool(false),
		SupportsLocalWriteForwarding:              aws.Bool(false),
		SupportsLogExportsToCloudwatchLogs:        aws.Bool(false),
		SupportsParallelQuery:                     aws.Bool(false),
		SupportsReadReplica:                       aws.Bool(false),
		TagList:                                   []types.Tag{},
		ValidUpgradeTarget:                        []types.UpgradeTarget{},
	}
}
