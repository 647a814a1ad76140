using System.Diagnostics;
using System.Globalization;

namespace Recs.Cluster.Tests.Silos;

/// <summary>A schedule of failures that its seed repeats: silos are killed or frozen, and the database is stopped.</summary>
sealed class Faults(ThreeSilos silos, int seed, Action<string> tell)
{
    /// <summary>After this many rounds the database is stopped once.</summary>
    const int DatabaseEvery = 5;

    readonly Random _random = new(seed);

    /// <summary>What happened when, and how long a recommend may fail for it.</summary>
    public List<(long At, string What, TimeSpan Limit)> Happened { get; } = [];

    /// <summary>Waits a while and lets something fail; returns when it works again.</summary>
    public async Task Round(int round, CancellationToken cancel)
    {
        await Task.Delay(_random.Next(500, 2500), cancel);
        var silo = _random.Next(3);
        var isKill = _random.Next(2) == 0;
        var length = isKill ? _random.Next(500, 2000) : _random.Next(1000, 9000);
        if (round % DatabaseEvery == 2)
        {
            await StopDatabase();
        }
        else if (isKill)
        {
            await Kill(silo, length);
        }
        else
        {
            await Freeze(silo, length);
        }
    }

    /// <summary>Kills a silo, and starts another in its place after a while.</summary>
    public async Task Kill(int silo, int milliseconds)
    {
        Note($"silo {silo} is killed, and started {milliseconds} ms later", 3);
        await silos[silo].Kill();
        await Task.Delay(milliseconds, CancellationToken.None);
        await silos.Replace(silo);
        Note($"silo {silo} has joined", 3);
    }

    async Task StopDatabase()
    {
        Note("the database stops for 3 s", 3);
        await silos.Server.StopAsync();
        await Task.Delay(3000);
        await silos.Server.RestartAsync();
        Note("the database is back", 3);
    }

    async Task Freeze(int silo, int length)
    {
        Note(string.Create(CultureInfo.InvariantCulture, $"silo {silo} is frozen for {length} ms"), 5);
        await silos[silo].Freeze();
        await Task.Delay(length);
        await silos[silo].Thaw();
        Note($"silo {silo} goes on", 5);

        // A silo that was given up ends by itself once it learns of it.
        await Task.Delay(3000);
        if (silos[silo].HasEnded)
        {
            await silos.Replace(silo);
            Note($"silo {silo} had been given up and ended; another has joined", 3);
        }
    }

    void Note(string what, int limitSeconds)
    {
        Happened.Add((Stopwatch.GetTimestamp(), what, TimeSpan.FromSeconds(limitSeconds)));
        tell(what);
    }
}
