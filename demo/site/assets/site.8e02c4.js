const CLOSED_ON = 1; // Monday
document.querySelector("#open").value = new Date().getDay() === CLOSED_ON ? "closed" : "open from ten to six";
