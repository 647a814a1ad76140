using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;

using Recs.Client;
using Recs.Cluster.Tests.Rig;
using Recs.Schema.Http;

using Xunit;

namespace Recs.Cluster.Tests.Damage;

/// <summary>
/// A store is damaged in one place and a silo starts on it: either nothing changes, or what was lost is learned again, or it is named.
/// Never a wrong sum, never silence.
/// </summary>
/// <remarks><c>RECS_DAMAGES</c> says how many; <c>tests/damage</c> does 200 and prints each.</remarks>
public sealed class DamageTests(WholeStores stores, ITestOutputHelper output) : IClassFixture<WholeStores>
{
    static readonly int Damages = int.Parse(Environment.GetEnvironmentVariable("RECS_DAMAGES") ?? "4", CultureInfo.InvariantCulture);
    static readonly int First = int.Parse(Environment.GetEnvironmentVariable("RECS_DAMAGE_FIRST") ?? "0", CultureInfo.InvariantCulture);
    static readonly int Seed = int.Parse(Environment.GetEnvironmentVariable("RECS_SEED") ?? "14", CultureInfo.InvariantCulture);
    static readonly string? Table = Environment.GetEnvironmentVariable("RECS_DAMAGE_TABLE");
    static readonly TimeSpan ReadyWithin = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task A_store_that_is_damaged_is_whole_or_learned_again_or_named()
    {
        List<string> silent = [];
        for (var number = First; number < First + Damages; number++)
        {
            var kind = DamagedStore.Kinds[number % DamagedStore.Kinds.Length];
            var random = new Random((Seed * 100_000) + number);
            using var copy = new TemporaryFolder();
            stores.CopyTo(copy.Path, isKilled: kind.StartsWith("wal", StringComparison.Ordinal));
            var what = DamagedStore.Do(copy.Path, kind, random);
            var (verdict, isRight) = await Judge(copy.Path, kind, stores.Sums);
            Tell($"{number,4} {kind,-12} {verdict,-40} {what}");
            if (!isRight)
            {
                silent.Add($"{number} {kind}, {what}: {verdict}");
            }
        }

        Assert.Empty(silent);
    }

    [Fact]
    public async Task A_loss_that_is_accepted_is_passed_over_and_new_events_count()
    {
        using var clean = new TemporaryFolder();
        stores.CopyTo(clean.Path, isKilled: false);
        File.Delete(Path.Combine(clean.Path, "recs.db"));
        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => SiloProcess.Start(ReadyWithin, clean.Path));
        Assert.Contains("code 2", refused.Message, StringComparison.Ordinal);
        Assert.Contains("Recs:Storage:AcceptLoss", refused.Message, StringComparison.Ordinal);
        await using (var silo = await SiloProcess.Start(clean.Path, "--Recs:Storage:AcceptLoss=true"))
        {
            // The catalogue was in the same file.
            using var client = new RecsClient(silo.Http);
            _ = await WholeStores.PutItems(client);
            await WholeStores.Play(client, 3);
            await silo.Stop();
        }

        await using var again = await SiloProcess.Start(clean.Path);
        using var reader = new RecsClient(again.Http);
        Assert.Contains((await WholeStores.SumsOf(reader)).Values, sum => sum > 0);
    }

    static async Task<(string Verdict, bool IsRight)> Judge(string folder, string kind, Dictionary<string, double> expected)
    {
        SiloProcess silo;
        try
        {
            silo = await SiloProcess.Start(ReadyWithin, folder);
        }
        catch (InvalidOperationException refused)
        {
            var said = refused.Message[(refused.Message.IndexOf('\n', StringComparison.Ordinal) + 1)..].Trim();
            return ($"refused: {said[..Math.Min(said.Length, 200)]}", said.Length > 0 && !said.Contains("   at ", StringComparison.Ordinal));
        }
        catch (TimeoutException stands)
        {
            var isNamed = stands.Message.Contains("damaged", StringComparison.Ordinal) || stands.Message.Contains("malformed", StringComparison.Ordinal);
            return (isNamed ? "not ready, and named" : $"not ready: {stands.Message}", isNamed);
        }

        await using (silo)
        {
            using var client = new RecsClient(silo.Http);
            var ready = await silo.Http.GetFromJsonAsync("/health/ready", RecsJson.Default.HealthDocument);
            var isNamed = ready!.Damaged is { Count: > 0 };
            var isSame = expected.OrderBy(sum => sum.Key, StringComparer.Ordinal).SequenceEqual((await WholeStores.SumsOf(client)).OrderBy(sum => sum.Key, StringComparer.Ordinal));
            await silo.Stop();
            var differences = await Replay(folder);
            // A row that had been applied before is missing in the sums of the log: it must be said which it is.
            var areExplained = differences.Count == 0 || differences.Exists(difference => difference.Contains("is damaged", StringComparison.Ordinal));
            return (
                $"{(isSame ? "same sums" : "sums without what is lost")}, {(isNamed ? "named" : "not named")}{(differences.Count > 0 ? $", replay: {differences[0]}" : "")}",
                (isSame || isNamed) && (isNamed || !DamagedStore.IsCertain(kind)) && areExplained);
        }
    }

    /// <summary>What the proof by the log finds different.</summary>
    static async Task<List<string>> Replay(string folder)
    {
        var report = Path.Combine(folder, "replay.json");
        _ = await Commands.Recs("replay-log", "--storage", folder, "--json", report);
        using var json = JsonDocument.Parse(await File.ReadAllTextAsync(report));
        return [.. json.RootElement.GetProperty("first").EnumerateArray().Select(line => line.GetString()!)];
    }

    void Tell(string line)
    {
        output.WriteLine(line);
        if (Table is not null)
        {
            File.AppendAllText(Table, line + "\n");
        }
    }
}
