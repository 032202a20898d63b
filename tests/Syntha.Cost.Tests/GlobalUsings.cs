global using Syntha.V1;
global using Xunit;
