/**
 * Whether the official SDKs are to do everything themselves, with FASTMCP_SDK_ALONE=1 in the environment: whatever of ours
 * stands in for a part of one only to be sooner is then off. For tests, which compare both, and to tell whose a fault is.
 */
export const isSdkAlone = (): boolean => process.env.FASTMCP_SDK_ALONE === '1'
