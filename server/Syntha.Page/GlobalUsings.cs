global using System.Globalization;
global using Syntha.V1;
