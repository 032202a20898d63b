// Discovery: each call as the client's own method, and its answer in the contract's words.

/** By name: the function that makes the call. */
export const discoveryCalls = {
  GetServerInfo: [async (client) => {
    const { features, ...info } = await client.getServerInfo();
    return { ...info, features: features.map((feature) => `SERVER_FEATURE_${feature}`) };
  }],
};
