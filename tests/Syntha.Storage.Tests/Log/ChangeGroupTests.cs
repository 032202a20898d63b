using Syntha.Storage.Log;

namespace Syntha.Storage.Tests.Log;

public sealed class ChangeGroupTests
{
    [Fact]
    public void Held_OfManyCommandsOverFewKeys_AreTheLastOfEachKey()
    {
        var last = new Dictionary<string, Change>();
        var commands = new List<CommittedCommand>();
        for (var number = 0; number < 500; number++)
        {
            var key = $"key{number * number % 7}";
            var former = last.GetValueOrDefault(key);
            // Each eleventh command removes its item.
            var command = former is not null && number % 11 == 0
                ? Draft.Command(number + 1, Draft.End(ChangeKind.Removed, former))
                : Draft.Command(number + 1, Draft.Push(key, over: former));
            commands.Add(command);
            if (command.Changes[0].HoldsSubject)
            {
                last[key] = command.Changes[0];
            }
            else
            {
                last.Remove(key);
            }
        }

        var group = new ChangeGroup(commands);

        Assert.Equal(last.Values.Select(change => new StoredPlace(change.Place).Value).Order(), group.Held);
        Assert.Empty(group.Replaced);
    }

    [Fact]
    public void Group_ThatReplacesAChangeTwice_IsRefused()
    {
        var first = Draft.Command(1, Draft.Push("key"));
        var second = Draft.Command(2, Draft.Push("key", over: first.Changes[0]));
        var third = Draft.Command(3, Draft.Push("key", over: first.Changes[0]));

        Assert.Throws<ArgumentException>(() => new ChangeGroup([first, second, third]));
    }
}
