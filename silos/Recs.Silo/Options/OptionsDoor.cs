using Recs.Grains.Ingest;
using Recs.Matching.Bandits;

namespace Recs.Silo.Options;

/// <summary>Reads <c>Recs:</c> once at the start and refuses what is wrong with one line that names the key.</summary>
static class OptionsDoor
{
    /// <summary>Above the types of events that callers name themselves.</summary>
    public const string Custom = "custom";

    const string Root = "Recs";

    /// <summary>Binds and validates.</summary>
    /// <exception cref="OptionsRefusedException">A key is unknown, or a value is not of its type or out of its range.</exception>
    public static RecsOptions Read(IConfiguration configuration)
    {
        var section = configuration.GetSection(Root);
        OptionKeys.Check(section, typeof(RecsOptions));
        RecsOptions options;
        try
        {
            options = section.Get<RecsOptions>() ?? new RecsOptions();
        }
        catch (InvalidOperationException reason)
        {
            throw new OptionsRefusedException(reason.Message.ReplaceLineEndings(" "), reason);
        }

        options = options with { Rewards = Rewards(section.GetSection(nameof(RecsOptions.Rewards))) };
        OptionValues.Check(options, Root);
        CheckTogether(options);
        return options;
    }

    /// <summary>The defaults, with what is configured written over them.</summary>
    static Dictionary<string, RewardOptions> Rewards(IConfigurationSection section)
    {
        var rewards = RewardOptions.Defaults();
        foreach (var type in rewards.Keys.ToArray())
        {
            section.GetSection(type).Bind(rewards[type]);
        }

        // A colon in a key divides it: "custom:NAME" arrives as NAME below custom.
        foreach (var custom in section.GetSection(Custom).GetChildren())
        {
            rewards[$"{Custom}:{custom.Key}"] = custom.Get<RewardOptions>() ?? new RewardOptions();
        }

        return rewards;
    }

    static void CheckTogether(RecsOptions options)
    {
        CheckStorage(options);
        CheckClustering(options.Clustering);
        CheckRewards(options);

        var bandit = options.Bandit;
        Require(bandit.ActiveClusters <= bandit.Clusters, "Bandit:ActiveClusters", bandit.ActiveClusters, "Bandit:Clusters", bandit.Clusters);
        Require(bandit.AttachClusters <= bandit.Clusters, "Bandit:AttachClusters", bandit.AttachClusters, "Bandit:Clusters", bandit.Clusters);
        Require(
            bandit.EdgesPerCluster <= bandit.EdgesPerClusterMax,
            "Bandit:EdgesPerCluster", bandit.EdgesPerCluster, "Bandit:EdgesPerClusterMax", bandit.EdgesPerClusterMax);
        _ = PolicyNames.TryParse(bandit.Policy, out var policy);
        if (policy.IsNeural() && !options.Neural.Enabled)
        {
            throw new OptionsRefusedException($"{Root}:Bandit:Policy = {bandit.Policy}: it needs {Root}:Neural:Enabled = true.");
        }

        if (options.Retraining.Gates.Fault() is { } closed)
        {
            throw new OptionsRefusedException($"{Root}:Retraining:Gates: {closed}");
        }

        // Buffers of the pool are powers of two, so the largest body may hold twice its length.
        Require(
            options.Limits.BodyBytesMax <= options.Limits.BufferedBytesMax / 2,
            "Limits:BodyBytesMax", options.Limits.BodyBytesMax, "half of Limits:BufferedBytesMax", options.Limits.BufferedBytesMax / 2);
        CheckKeys(options.Auth.Keys);
    }

    static void CheckKeys(List<AuthKey> keys)
    {
        Dictionary<string, int> known = new(StringComparer.Ordinal);
        for (var index = 0; index < keys.Count; index++)
        {
            if (keys[index].Fault() is { } fault)
            {
                throw new OptionsRefusedException($"{Root}:Auth:Keys:{index}:{fault}");
            }

            // Of two roles of one key the caller would have those of the last alone.
            if (!known.TryAdd(Convert.ToHexString(keys[index].Hash()), index))
            {
                throw new OptionsRefusedException(
                    $"{Root}:Auth:Keys:{index}: the same key as {Root}:Auth:Keys:{known[Convert.ToHexString(keys[index].Hash())]}; expected one with all its roles.");
            }
        }
    }

    static void CheckRewards(RecsOptions options)
    {
        if (RewardTable.Fault(options.Rewards.ToDictionary(rule => rule.Key, rule => rule.Value.Rule(), StringComparer.Ordinal)) is { } fault)
        {
            throw new OptionsRefusedException($"{Root}:Rewards: {fault}");
        }

        if (options.Neural.NegativesKept < 1 && options.Rewards.Values.Any(rule => rule.Value < 0))
        {
            throw new OptionsRefusedException(
                $"{Root}:Neural:NegativesKept = {options.Neural.NegativesKept}: with a type below 0 in {Root}:Rewards every impression counts; expected 1.");
        }

        if (options.EventLog.RetentionDays > 0 && options.EventLog.RetentionDays < options.Feedback.DecisionDays)
        {
            throw new OptionsRefusedException(
                $"{Root}:EventLog:RetentionDays = {options.EventLog.RetentionDays}: expected at least Feedback:DecisionDays, {options.Feedback.DecisionDays}.");
        }
    }

    static void CheckClustering(ClusteringOptions clustering)
    {
        if (clustering.AdvertisedAddress is { } address && !System.Net.IPAddress.TryParse(address, out _))
        {
            throw new OptionsRefusedException($"{Root}:Clustering:AdvertisedAddress = {address}: expected an IP address.");
        }

        if (clustering.Tls.Fault() is { } fault)
        {
            throw new OptionsRefusedException($"{Root}:Clustering:Tls:{fault}");
        }

        if (clustering is { Tls.IsOn: true, AllowPlaintext: true })
        {
            throw new OptionsRefusedException($"{Root}:Clustering:AllowPlaintext = true: with Tls:CertificatePath nothing is let in without TLS.");
        }

        if (clustering is { IsOnNetwork: true, Tls.IsOn: false, AllowPlaintext: false })
        {
            throw new OptionsRefusedException(
                $"{Root}:Clustering:Provider = {clustering.Provider}: other machines reach the silo's ports; set {Root}:Clustering:Tls:CertificatePath and CaPath, "
                + $"or {Root}:Clustering:AllowPlaintext=true to let whoever reaches them read and change everything.");
        }
    }

    static void CheckStorage(RecsOptions options)
    {
        var isServer = options.Storage.Provider == StorageOptions.Postgres;
        if (!isServer && options.Storage.ConnectionString is { Length: > 0 })
        {
            throw new OptionsRefusedException($"{Root}:Storage:ConnectionString: sqlite has none; it has Path.");
        }

        if (isServer && options.Storage.ConnectionString is not { Length: > 0 })
        {
            throw new OptionsRefusedException($"{Root}:Storage:ConnectionString: postgres needs one.");
        }

        if (!isServer && options.Clustering.Provider != ClusteringOptions.Localhost)
        {
            throw new OptionsRefusedException(
                $"{Root}:Clustering:Provider = {options.Clustering.Provider}: a file of sqlite has one silo; expected Storage:Provider = postgres.");
        }

        if (options.EventLog.Provider == EventLogOptions.KafkaTopic && options.EventLog.Kafka.Fault() is { } fault)
        {
            throw new OptionsRefusedException($"{Root}:EventLog:Kafka:{fault}");
        }
    }

    static void Require(bool isSo, string key, long value, string limit, long most)
    {
        if (!isSo)
        {
            throw new OptionsRefusedException($"{Root}:{key} = {value}: expected at most {limit}, {most}.");
        }
    }
}
