using System.Collections;
using System.ComponentModel.DataAnnotations;
using System.Reflection;

using Microsoft.Extensions.Configuration;

using Recs.Cluster.Tests.Loop;
using Recs.Matching.Bandits;
using Recs.Offline.Gates;
using Recs.Silo.Door;
using Recs.Silo.Options;

using Xunit;

namespace Recs.Cluster.Tests.Door;

/// <summary>Settings: what is accepted, and that what is not is named.</summary>
public sealed class OptionsTests
{
    static string SettingsFile => Path.Combine(AppContext.BaseDirectory, "appsettings.json");

    [Fact]
    public void The_settings_file_holds_every_key_with_its_default()
    {
        var file = new ConfigurationBuilder().AddJsonFile(SettingsFile).Build();
        var written = OptionsDoor.Read(file);
        var defaults = new RecsOptions();
        foreach (var (key, value) in Flat(defaults, "Recs"))
        {
            Assert.True(file.GetSection(key) is var section && (section.Value is not null || IsListed(file, key)), $"{key} is not in appsettings.json");
            Assert.Equal(value, Flat(written, "Recs").Single(pair => pair.Key == key).Value);
        }
    }

    [Fact]
    public void Every_policy_may_be_configured_and_stands_in_a_slate()
    {
        var allowed = typeof(BanditOptions).GetProperty(nameof(BanditOptions.Policy))!.GetCustomAttribute<AllowedValuesAttribute>()!.Values;
        Assert.Equal(PolicyNames.All.Order(StringComparer.Ordinal), allowed.Cast<string>().Order(StringComparer.Ordinal));
        Assert.Equal(PolicyNames.All.Order(StringComparer.Ordinal), SlateTests.Policies.Select(row => row.Data).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("Recs:Bandit:TopK", "0", "Recs:Bandit:TopK = 0: expected 1 to 1000.")]
    [InlineData("Recs:Bandit:TopK", "five", "Recs:Bandit:TopK = five: expected a whole number.")]
    [InlineData("Recs:Bandit:TopK", "", "Recs:Bandit:TopK = : expected a whole number.")]
    [InlineData("Recs:Bandit:Temperature", "NaN", "Recs:Bandit:Temperature = NaN: expected 0.001 to 1000.")]
    [InlineData("Recs:Bandit:Policy", "hier", "Recs:Bandit:Policy = hier: expected hier-ucb, hier-ts, diag-ucb")]
    [InlineData("Recs:Bandit:Policy", "neural-ucb", "Recs:Bandit:Policy = neural-ucb: it needs Recs:Neural:Enabled = true.")]
    [InlineData("Recs:Neural:Width", "20", "Recs:Neural:Width = 20: expected 16, 32, 48, 64.")]
    [InlineData("Recs:Neural:Loss", "Hinge", "Recs:Neural:Loss = Hinge: expected CrossEntropy or Square.")]
    [InlineData("Recs:Neural:SyncSeconds", "0", "Recs:Neural:SyncSeconds = 0: expected 0.05 to 3600.")]
    [InlineData("Recs:Bandit:UnexploredEdge", "x", "Recs:Bandit:UnexploredEdge = x: expected InfiniteItem or PriorVariance.")]
    [InlineData("Recs:Bandit:Topk:Deep", "1", "Recs:Bandit:Topk:Deep is not a known setting; Recs:Bandit:Topk is one value.")]
    [InlineData("Recs:Bandit:TopKay", "1", "Recs:Bandit:TopKay is not a known setting; did you mean Recs:Bandit:TopK?")]
    [InlineData("Recs:Bandit:Unheard", "1", "Recs:Bandit:Unheard is not a known setting; Recs:Bandit has Policy, UniformShare, Alpha")]
    [InlineData("Recs:Bandits:TopK", "1", "Recs:Bandits is not a known setting; did you mean Recs:Bandit?")]
    [InlineData("Recs:Bandit", "1", "Recs:Bandit = 1: expected an object.")]
    [InlineData("Recs:Rewards:clik:Value", "1", "Recs:Rewards:clik is not a known setting; did you mean Recs:Rewards:click?")]
    [InlineData("Recs:Rewards:click:Value", "2", "Recs:Rewards:click:Value = 2: expected -1 to 1.")]
    [InlineData("Recs:Rewards:click:Value", "1", "Recs:Rewards: one shown item may earn 1.5 (click 1, like 0.1, share 0.1, watch 0.3): expected at most 1.")]
    [InlineData("Recs:Rewards:custom:buy:Value", "0.25", "Recs:Rewards: one shown item may earn 1.25 (click 0.5, custom:buy 0.25, like 0.1")]
    [InlineData("Recs:Rewards:skip:Value", "-0.5", null)]
    [InlineData("Recs:EventLog:RetentionDays", "1", "Recs:EventLog:RetentionDays = 1: expected at least Feedback:DecisionDays, 2.")]
    [InlineData("Recs:Feedback:DecisionDays", "31", "Recs:Feedback:DecisionDays = 31: expected 1 to 30.")]
    [InlineData("Recs:Rewards:custom:done:Valu", "1", "Recs:Rewards:custom:done:Valu is not a known setting; did you mean Recs:Rewards:custom:done:Value?")]
    [InlineData("Recs:Storage:Provider", "postgres", "Recs:Storage:ConnectionString: postgres needs one.")]
    [InlineData("Recs:Clustering:Provider", "postgres", "Recs:Clustering:Provider = postgres: a file of sqlite has one silo; expected Storage:Provider = postgres.")]
    [InlineData("Recs:Storage:Provider", "oracle", "Recs:Storage:Provider = oracle: expected sqlite, postgres.")]
    [InlineData("Recs:EventLog:Provider", "kafka", "Recs:EventLog:Kafka:BootstrapServers: kafka needs them, as host:port with commas between.")]
    [InlineData("Recs:EventLog:Provider", "pulsar", "Recs:EventLog:Provider = pulsar: expected storage, kafka.")]
    [InlineData("Recs:EventLog:Kafka:SaslMechanism", "Oauth", "Recs:EventLog:Kafka:SaslMechanism = Oauth: expected nothing, Plain, ScramSha256, ScramSha512.")]
    [InlineData("Recs:EventLog:Kafka:Settings:ssl.ca.location", "/ca.pem", null)]
    [InlineData("Recs:EventLog:Kafka:Servers", "a:1", "Recs:EventLog:Kafka:Servers is not a known setting; Recs:EventLog:Kafka has BootstrapServers")]
    [InlineData("Recs:Storage:Path", "", "Recs:Storage:Path = : must not be empty.")]
    [InlineData("Recs:Retraining:Gates:AucMin", "2", "Recs:Retraining:Gates:AucMin = 2: expected 0 to 1.")]
    [InlineData("Recs:Retraining:Gates:RewardRateMin", "1", "Recs:Retraining:Gates: RewardRateMin must not be above RewardRateMax.")]
    [InlineData("Recs:Retraining:Gates:AucMinn", "0", "Recs:Retraining:Gates:AucMinn is not a known setting; did you mean Recs:Retraining:Gates:AucMin?")]
    [InlineData("Recs:Bandit:ActiveClusters", "16", null)]
    [InlineData("Recs:Bandit:Clusters", "2", "Recs:Bandit:ActiveClusters = 3: expected at most Bandit:Clusters, 2.")]
    [InlineData("Recs:Clustering:AdvertisedAddress", "here", "Recs:Clustering:AdvertisedAddress = here: expected an IP address.")]
    [InlineData("Recs:Clustering:GatewayPort", "70000", "Recs:Clustering:GatewayPort = 70000: expected 0 to 65535.")]
    [InlineData("Recs:Clustering:Tls:CertificatePath", "/a.crt", "Recs:Clustering:Tls:CaPath: expected the authorities whose certificates are let in.")]
    [InlineData("Recs:Clustering:Tls:CaPath", "/ca.crt", "Recs:Clustering:Tls:CertificatePath: expected this silo's certificate.")]
    [InlineData("Recs:Clustering:Tls:Password", "hidden", "Recs:Clustering:Tls:CertificatePath: expected this silo's certificate.")]
    [InlineData("Recs:Auth:Keys:0:Key", "short", "Recs:Auth:Keys:0:Roles: expected at least 1.")]
    [InlineData("Recs:Feedback:ImplicitImpressions", "maybe", "Recs:Feedback:ImplicitImpressions = maybe: expected true or false.")]
    public void A_wrong_setting_is_named_in_one_line(string key, string value, string? message)
    {
        if (message is null)
        {
            _ = Read((key, value));
            return;
        }

        var refused = Assert.Throws<OptionsRefusedException>(() => Read((key, value)));
        Assert.StartsWith(message, refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refused.Message);
    }

    [Theory]
    [InlineData("kubernetes", null, false)]
    [InlineData("postgres", null, false)]
    [InlineData("postgres", "192.0.2.1", false)]
    [InlineData("postgres", "2001:db8::1", false)]
    [InlineData("postgres", "127.0.0.2", true)]
    [InlineData("postgres", "::1", true)]
    [InlineData("localhost", "192.0.2.1", true)]
    public void Silos_that_others_reach_over_the_network_need_certificates_or_a_word(string provider, string? address, bool isFree)
    {
        (string, string?)[] settings =
        [
            ("Recs:Storage:Provider", "postgres"), ("Recs:Storage:ConnectionString", "Host=db"),
            ("Recs:Clustering:Provider", provider), ("Recs:Clustering:AdvertisedAddress", address),
        ];
        if (isFree)
        {
            _ = Read(settings);
        }
        else
        {
            var refused = Assert.Throws<OptionsRefusedException>(() => Read(settings));
            Assert.Contains("Recs:Clustering:AllowPlaintext=true", refused.Message, StringComparison.Ordinal);
            Assert.DoesNotContain('\n', refused.Message);
        }

        (string, string?)[] tls = [("Recs:Clustering:Tls:CertificatePath", "/silo.crt"), ("Recs:Clustering:Tls:CaPath", "/ca.crt")];
        Assert.True(Read([.. settings, .. tls]).Clustering.Tls.IsOn);
        Assert.True(Read([.. settings, ("Recs:Clustering:AllowPlaintext", "true")]).Clustering.AllowPlaintext);
        Assert.Throws<OptionsRefusedException>(() => Read([.. settings, .. tls, ("Recs:Clustering:AllowPlaintext", "true")]));
    }

    [Theory]
    [InlineData("Key", "a-short-secret", "Recs:Auth:Keys:0:Key: expected at least 16 characters.")]
    [InlineData("KeySha256", "a-short-secret", "Recs:Auth:Keys:0:KeySha256: expected 64 hexadecimal digits.")]
    [InlineData("Key", "a-long-secret-of-more ", "Recs:Auth:Keys:0:Key: expected no blanks at its ends; no caller could send them.")]
    public void A_refused_key_is_never_told(string name, string secret, string message)
    {
        var refused = Assert.Throws<OptionsRefusedException>(() => Read(($"Recs:Auth:Keys:0:{name}", secret), ("Recs:Auth:Keys:0:Roles:0", "serve")));
        Assert.Equal(message, refused.Message);
        Assert.DoesNotContain(secret, new AuthKey { Key = secret, KeySha256 = secret }.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_that_is_given_twice_is_refused_however_it_is_written()
    {
        const string Key = "0123456789abcdef";
        var hash = Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(Key))).ToLowerInvariant();
        var refused = Assert.Throws<OptionsRefusedException>(() => Read(
            ("Recs:Auth:Keys:0:Key", Key), ("Recs:Auth:Keys:0:Roles:0", "admin"),
            ("Recs:Auth:Keys:1:KeySha256", hash), ("Recs:Auth:Keys:1:Roles:0", "serve")));
        Assert.Equal("Recs:Auth:Keys:1: the same key as Recs:Auth:Keys:0; expected one with all its roles.", refused.Message);
    }

    [Fact]
    public void An_unknown_role_is_named() => Assert.Equal(
        "Recs:Auth:Keys:0:Roles = root: expected serve, catalogue or admin.",
        Assert.Throws<OptionsRefusedException>(
            () => Read(("Recs:Auth:Keys:0:Key", "0123456789abcdef"), ("Recs:Auth:Keys:0:Roles:0", "root"))).Message);

    [Fact]
    public void Rewards_are_written_over_their_defaults()
    {
        var rewards = Read(
            ("Recs:Rewards:Watch:Value", "0.2"), ("Recs:Rewards:custom:done:Value", "0.1"), ("Recs:Rewards:custom:done:FullAt", "3")).Rewards;
        Assert.Equal(new RewardOptions { Value = 0.2, FullAt = 60 }, rewards["watch"]);
        Assert.Equal(new RewardOptions { Value = 0.1, FullAt = 3 }, rewards["custom:done"]);
        Assert.Equal(new RewardOptions { Value = 0.5 }, rewards["click"]);
        Assert.Equal(7, rewards.Count);
    }

    [Theory]
    [InlineData("urls", "http://localhost:1;http://127.0.0.1:2;http://[::1]:3;http://unix:/tmp/s", null)]
    [InlineData("urls", "http://0.0.0.0:80", "http://0.0.0.0:80")]
    [InlineData("urls", "http://localhost:80;http://*:81", "http://*:81")]
    [InlineData("urls", "http://+:80", "http://+:80")]
    [InlineData("urls", "http://[::]:80", "http://[::]:80")]
    [InlineData("urls", "http://recs.example:80", "http://recs.example:80")]
    [InlineData("urls", "nonsense", "'nonsense' is not an address")]
    [InlineData("http_ports", "8080", "http://*:8080")]
    [InlineData("Kestrel:Endpoints:Http:Url", "http://10.0.0.1:80", "http://10.0.0.1:80")]
    public void Without_keys_only_loopback_is_listened_at(string key, string value, string? told)
    {
        if (told is null)
        {
            ListenAddresses.Settle(Configuration((key, value)), new AuthOptions());
            return;
        }

        var refused = Assert.Throws<OptionsRefusedException>(() => ListenAddresses.Settle(Configuration((key, value)), new AuthOptions()));
        Assert.StartsWith(told, refused.Message, StringComparison.Ordinal);
        if (value != "nonsense")
        {
            ListenAddresses.Settle(Configuration((key, value)), new AuthOptions { AllowAnonymous = true });
            ListenAddresses.Settle(Configuration((key, value)), new AuthOptions { Keys = [new AuthKey()] });
        }
    }

    [Fact]
    public void Where_nothing_is_said_it_is_loopback()
    {
        var configuration = Configuration();
        ListenAddresses.Settle(configuration, new AuthOptions());
        Assert.Equal(ListenAddresses.Default, configuration["urls"]);
    }

    static bool IsListed(IConfigurationRoot file, string key)
    {
        var (parent, name) = (key[..key.LastIndexOf(':')], key[(key.LastIndexOf(':') + 1)..]);
        return file.GetSection(parent).GetChildren().Any(child => child.Key == name);
    }

    static RecsOptions Read(params (string Key, string? Value)[] settings) => OptionsDoor.Read(Configuration(settings));

    static IConfigurationRoot Configuration(params (string Key, string? Value)[] settings) => new ConfigurationBuilder()
        .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, setting.Value))).Build();

    static IEnumerable<(string Key, object? Value)> Flat(object options, string path)
    {
        foreach (var property in options.GetType().GetProperties())
        {
            var value = property.GetValue(options);
            var key = $"{path}:{property.Name}";
            if (value is IDictionary rewards)
            {
                foreach (DictionaryEntry entry in rewards)
                {
                    foreach (var inner in Flat(entry.Value!, $"{key}:{entry.Key}"))
                    {
                        yield return inner;
                    }
                }
            }
            else if (value is GateOptions || (value?.GetType().Namespace == typeof(RecsOptions).Namespace && value is not Enum))
            {
                foreach (var inner in Flat(value!, key))
                {
                    yield return inner;
                }
            }
            else
            {
                yield return (key, value is IList list ? list.Count : value);
            }
        }
    }
}
