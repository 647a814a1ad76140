using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;

using Recs.Offline.Evaluation;
using Recs.Offline.Evaluation.Tables;

namespace Recs.Cli.Evaluate;

/// <summary>The command <c>recs evaluate collisions</c>: ids that share a row.</summary>
static class CollisionsCommand
{
    static readonly Option<int> Rows = new("--rows")
    {
        Description = "Rows of the hashed table.",
        DefaultValueFactory = _ => CollisionStudy.RowsDefault,
    };

    static readonly Option<string?> Json = Evaluations.JsonOption();

    public static Command Create()
    {
        var command = new Command("collisions", "Count the ids that share a row under a hash, and in the collisionless table.")
        {
            Rows, Json,
        };
        command.SetAction(arguments => Evaluations.Run(() => Run(arguments)));
        return command;
    }

    static void Run(ParseResult arguments)
    {
        var rows = arguments.GetValue(Rows);
        if (rows < 1)
        {
            throw new EvaluationException("--rows: at least 1");
        }

        // The ids of MovieLens 25M.
        CollisionOutcome[] outcomes = [CollisionStudy.Run("user", 162_541, rows), CollisionStudy.Run("movie", 59_047, rows)];
        var output = Evaluations.JsonOf(arguments, Json);
        if (output.IsJson)
        {
            output.Write(new()
            {
                ["rows"] = rows,
                ["collisions"] = new JsonArray([.. outcomes.Select(outcome => new JsonObject
                {
                    ["ids"] = outcome.Ids,
                    ["name"] = outcome.Name,
                    ["hashedShare"] = outcome.HashedShare,
                    ["tableShare"] = outcome.TableShare,
                })]),
            });
        }

        if (output is { IsJson: true, Path: null })
        {
            return;
        }

        Console.WriteLine("ids              hashed rows   share lost   table rows   share lost");
        foreach (var outcome in outcomes)
        {
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{outcome.Ids,7} {outcome.Name,-8} {outcome.HashedRows,11} {outcome.HashedShare,12:p2} {outcome.TableRows,12} {outcome.TableShare,12:p2}"));
        }
    }
}
