using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

using Recs.Storage.Sqlite;

using Xunit;

namespace Recs.Tests.Storage;

/// <summary>A process that is killed while it appends: what it had acknowledged is in the log, once.</summary>
public sealed class SqliteCrashTests : IDisposable
{
    const string FolderVariable = "RECS_TEST_APPEND_TO";
    const string RunVariable = "RECS_TEST_APPEND_RUN";
    const int Partitions = 2;
    const int Writers = 6;
    const int Kills = 10;

    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("recs-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Acknowledged_records_survive_a_kill_exactly_once()
    {
        var chance = new Random(20260301);
        HashSet<string> acknowledged = new(StringComparer.Ordinal);
        for (var run = 0; run < Kills; run++)
        {
            var before = acknowledged.Count;
            await AppendAndKill(run, chance.Next(1, 150), acknowledged);
            Assert.True(acknowledged.Count > before);

            var stored = await Stored();
            Assert.Equal(stored.Count, stored.Distinct(StringComparer.Ordinal).Count());
            Assert.Subset(stored.ToHashSet(StringComparer.Ordinal), acknowledged);
        }
    }

    async Task AppendAndKill(int run, int lifeMs, HashSet<string> acknowledged)
    {
        using var child = Process.Start(Appender(run))!;
        try
        {
            // The first line says that it appends; the random moment counts from there.
            while (await child.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
            {
                acknowledged.Add(line);
                if (lifeMs > 0)
                {
                    _ = Task.Delay(lifeMs, CancellationToken.None)
                        .ContinueWith(_ => child.Kill(), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
                    lifeMs = 0;
                }
            }
        }
        finally
        {
            child.Kill();
            await child.WaitForExitAsync(CancellationToken.None);
        }
    }

    ProcessStartInfo Appender(int run)
    {
        var host = Environment.ProcessPath!;
        var start = new ProcessStartInfo(host) { RedirectStandardOutput = true, UseShellExecute = false };
        if (string.Equals(Path.GetFileNameWithoutExtension(host), "dotnet", StringComparison.Ordinal))
        {
            start.ArgumentList.Add(typeof(SqliteCrashTests).Assembly.Location);
        }

        start.Environment[FolderVariable] = _folder.FullName;
        start.Environment[RunVariable] = run.ToString(CultureInfo.InvariantCulture);
        return start;
    }

    async Task<List<string>> Stored()
    {
        await using var store = await Open(_folder.FullName);
        List<string> records = [];
        for (var partition = 0; partition < Partitions; partition++)
        {
            var after = 0L;
            while (await store.EventLog.ReadAsync(partition, after, 1000, 1 << 20, CancellationToken.None) is { Count: > 0 } rows)
            {
                foreach (var row in rows)
                {
                    var lines = Encoding.UTF8.GetString(row.Payload.Span).Split('\n', StringSplitOptions.RemoveEmptyEntries);
                    Assert.Equal(row.Count, lines.Length);
                    records.AddRange(lines.Select(line => line.TrimEnd('.')));
                }

                after = rows[^1].Offset;
            }
        }

        return records;
    }

    static Task<SqliteStore> Open(string folder) => SqliteStore.OpenAsync(
        new SqliteOptions { Path = folder, Partitions = Partitions, CheckpointBytes = 1 << 16 },
        TimeProvider.System,
        null,
        CancellationToken.None);

    /// <summary>When this program is started as the appender, it is one, and no test runs.</summary>
#pragma warning disable CA2255 // The test program is the application.
    [ModuleInitializer]
#pragma warning restore CA2255
    internal static void BecomeTheAppender()
    {
        if (Environment.GetEnvironmentVariable(FolderVariable) is { } folder)
        {
            Append(folder, Environment.GetEnvironmentVariable(RunVariable)!);
        }
    }

    /// <summary>Appends for several writers from one thread: until the initializer returns, no other may enter this assembly.</summary>
    static void Append(string folder, string run)
    {
        using var output = new StreamWriter(Console.OpenStandardOutput());
        var log = Open(folder).Result.EventLog;
        var numbers = new int[Writers];
        Task[] appends = [.. Enumerable.Range(0, Writers).Select(Next)];
        while (true)
        {
            var writer = Task.WaitAny(appends);
            appends[writer].GetAwaiter().GetResult();
            output.WriteLine(Name(writer));
            output.Flush();
            numbers[writer]++;
            appends[writer] = Next(writer);
        }

        string Name(int writer) => $"{run}/{writer}/{numbers[writer]}";

        Task Next(int writer)
        {
            var record = Encoding.UTF8.GetBytes(Name(writer) + new string('.', numbers[writer] * 131 % 5000) + "\n");
            return log.AppendAsync(writer % Partitions, record, 1, CancellationToken.None).AsTask();
        }
    }
}
